import type { Platform } from "../platform/platform.ts";
import type { PullPage } from "../platform/pull.ts";

const WORKFLOW = ".github/workflows/evil.yml";
const EVIL = "on: push\njobs: { steal: { environment: source-hr-prod } }\n";

/**
 * Mallory builds a history in which a merge brings a workflow that no page shows. The shipped ruleset leaves no way to do that:
 * this repository still has the one of an earlier time, which allows merge commits and branches behind main.
 */
export async function refuseCrissCross(platform: Platform): Promise<void> {
  const { tell, github } = platform;
  const restore = loosen(platform);
  const mallory = platform.as("mallory");
  const main = async () => (await github.state.git.resolve("refs/heads/main"))!;
  const added = await mallory.push({ branch: "one", edits: { [WORKFLOW]: EVIL } });
  await mallory.push({ branch: "one", edits: { [WORKFLOW]: null, "docs/a.md": "a\n" } });
  const one = await platform.openPull("mallory", "one", "A document");
  // Whoever commits chooses the date, and with it which of two merge bases a page compares with.
  const date = "2030-01-01T00:00:00Z";
  const second = await mallory.push({ branch: "two", edits: { "docs/b.md": "b\n" }, from: added.sha, date });
  await mergeDocument(platform, one);
  const two = await platform.openPull("mallory", "two", "Another document");
  await mallory.push({
    branch: "three",
    edits: { "docs/c.md": "c\n" },
    from: second.sha,
    parents: [await main()],
  });
  await mergeDocument(platform, two);
  const three = await platform.openPull("mallory", "three", "One more document");
  const red = await three.refused("seedbed/dba-approval");
  const files = await mallory.api("GET", `/pulls/${three.number}/files`);
  const shown = (files.json as unknown as { filename: string }[]).map(({ filename }) => filename);
  await platform.as("lin").review(three.number, "APPROVE");
  const merged = await platform.as("ada").merge(three.number, "merge");
  restore();
  tell.say("Mallory's third document. Its page shows documents alone, and its merge would bring a workflow:");
  tell.output(red.summary ?? "");
  tell.prove({
    what: "a merge that would do more than its page shows is refused",
    observed: `the page shows ${shown.join(", ")}; GitHub refused the merge (${merged.status}); main has ${(await platform.main(WORKFLOW)) === null ? "no such workflow" : "the workflow"}`,
    where: `pulls/${three.number}/checks.json; world.json: github.merges_refused`,
    holds:
      !shown.includes(WORKFLOW) &&
      (red.summary ?? "").includes(WORKFLOW) &&
      merged.status === 405 &&
      (await platform.main(WORKFLOW)) === null,
  });
  await mallory.api("PATCH", `/pulls/${three.number}`, { state: "closed" });
}

/** Gives back the rules as they were. */
function loosen({ github }: Platform): () => void {
  const { ruleset } = github.state;
  const shipped = structuredClone(ruleset.rules);
  for (const { type, parameters = {} } of ruleset.rules) {
    if (type === "pull_request") parameters["allowed_merge_methods"] = ["merge", "squash"];
    if (type === "required_status_checks") parameters["strict_required_status_checks_policy"] = false;
  }
  return () => void ruleset.rules.splice(0, ruleset.rules.length, ...shipped);
}

/** Documents need a review of anybody, and no approval. */
async function mergeDocument(platform: Platform, page: PullPage): Promise<void> {
  await page.concluded("seedbed/dba-approval", "success");
  await platform.as("lin").review(page.number, "APPROVE");
  const { status } = await platform.as("ada").merge(page.number, "merge");
  if (status !== 200) throw new Error(`the document of #${page.number} was not merged: ${status}`);
}
