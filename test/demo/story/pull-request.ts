import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Platform } from "../platform/platform.ts";
import { visible, type PullPage } from "../platform/pull.ts";
import { waitFor } from "../platform/wait.ts";

const FOLDER = "environments/hr";
const EXAMPLE = join(import.meta.dirname, "../../../environments/hr");

/** Two mistakes are reported on their lines; once fixed, the manifests appear as a commit and a comment shows the plan. */
export async function askForDatabase(platform: Platform): Promise<PullPage> {
  const { tell } = platform;
  const ada = platform.as("ada");
  const good = await readFile(join(EXAMPLE, "database_config.yaml"), "utf8");
  const mask = await readFile(join(EXAMPLE, "scripts/mask.sql"), "utf8");
  const bad = good.replace("keep_dump:", "keep_dmp:").replace('"0 2 * * *"', '"0 25 * * *"');
  const edits = (text: string) => ({ [`${FOLDER}/database_config.yaml`]: text, [`${FOLDER}/scripts/mask.sql`]: mask });
  await ada.push({ branch: "hr", edits: edits(bad), message: "Ask for hr" });
  const page = await platform.openPull("ada", "hr", "A development copy of HR");
  const failed = await page.refused("seedbed/validate");
  const errors = failed.annotations.filter(({ annotation_level: level }) => level === "failure");
  tell.output(
    errors.map(({ path, start_line: line, message }) => `${path}:${line}  ${message.split("\n")[0]}`).join("\n"),
  );
  const lines = ["keep_dump:", "0 2 * * *"].map(
    (text) => good.split("\n").findIndex((line) => line.includes(text)) + 1,
  );
  tell.prove({
    what: "both mistakes are reported, each on its line",
    observed: `seedbed/validate is ${failed.conclusion}, annotations on lines ${errors.map(({ start_line: line }) => line).join(" and ")}`,
    where: "pulls/1/checks.json",
    holds: lines.every((line) => errors.some(({ start_line: at }) => at === line)),
  });
  tell.say("Ada fixes both and pushes again:");
  const { sha } = await ada.push({ branch: "hr", edits: edits(good), message: "Fix both" });
  await page.concluded("seedbed/validate", "success");
  await page.concluded("seedbed/render", "success");
  const manifests = await platform.github.state.git.tree(`${page.head}:${FOLDER}/manifests`, false);
  const author = (await platform.github.state.git.commit(page.head)).author.name;
  tell.prove({
    what: "the manifests are added to the same pull request",
    observed: `${author} committed ${manifests.length} files on top of ${sha.slice(0, 7)}`,
    where: "github.git, branch hr",
    holds: manifests.length === 6 && author === "seedbed[bot]" && page.head !== sha,
  });
  tell.output(visible(await page.says(/hr/)));
  tell.prove({
    what: "one comment is kept up to date",
    observed: `${page.comments().length} comment with the plan`,
    where: "pulls/1/comment.md",
    holds: page.comments().length === 1,
  });
  return page;
}

/** Shows who may approve, and what an approval covers. */
export async function approve(platform: Platform, page: PullPage): Promise<void> {
  const { tell, github } = platform;
  const older = (await github.state.git.commit(page.head)).parents[0]!;
  const direct = await platform
    .as("mallory")
    .push({ branch: "main", edits: { "environments/hr/approval.yaml": "version: 1\n" } });
  const early = await platform.as("ada").merge(page.number);
  tell.prove({
    what: "nobody gets around the rules of main",
    observed: `git refused mallory's push; GitHub refused the merge (${early.status})`,
    where: "world.json: git.pushes_refused, github.merges_refused",
    holds: !direct.pushed && direct.text.includes("pull request") && early.status === 405,
  });
  platform.github.clock.step(1000);
  await platform.as("lin").review(page.number, "APPROVE");
  await judged(page, "lin");
  tell.say("Lin approves, but is not a DBA of this source:");
  tell.output(page.check("seedbed/dba-approval")?.summary ?? "");
  await platform.as("grace").review(page.number, "APPROVE", older);
  await judged(page, "grace");
  tell.say("Grace is a DBA, but approves the previous commit:");
  tell.output(page.check("seedbed/dba-approval")?.summary ?? "");
  const red = page.check("seedbed/dba-approval")?.conclusion;
  await platform.as("grace").review(page.number, "APPROVE");
  const green = await page.concluded("seedbed/dba-approval", "success");
  tell.say("Grace approves the current commit:");
  tell.output(green.summary ?? "");
  const merged = await platform.as("ada").merge(page.number);
  tell.prove({
    what: "only a DBA's approval of exactly these bytes counts",
    observed: `after lin, and after grace on an older commit: ${red}; after grace on the current commit: ${green.conclusion}; merged (${merged.status})`,
    where: "pulls/1/checks.json",
    holds: red !== "success" && merged.status === 200,
  });
}

/** Changes a parameter: reviewed like any other change, but without an export. */
export async function changeParameters(platform: Platform): Promise<PullPage> {
  const { tell, world } = platform;
  const path = `${FOLDER}/database_config.yaml`;
  const before = {
    counts: await world.counts(),
    runs: platform.github.runs.all.length,
    starts: platform.database.pod.starts,
  };
  const text = (await platform.main(path))!.replace("open_cursors: 500", "open_cursors: 800");
  await platform.as("ada").push({ branch: "cursors", edits: { [path]: text }, message: "More cursors" });
  const page = await platform.openPull("ada", "cursors", "More cursors for HR");
  await page.concluded("seedbed/render", "success");
  platform.github.clock.step(1000);
  await platform.as("grace").review(page.number, "APPROVE");
  await page.concluded("seedbed/dba-approval", "success");
  await platform.as("ada").merge(page.number);
  const applied = await waitFor(
    "the parameter to be set",
    async () => (await platform.database.moments()).find(({ event }) => event.includes("open_cursors=800")) ?? null,
  );
  const counts = await world.counts();
  tell.prove({
    what: "changing a parameter causes no export",
    observed: `set while the database was ${applied.open_mode}${applied.restricted ? ", restricted" : ""}; ${counts.exports.started - before.counts.exports.started} exports, ${platform.github.runs.all.length - before.runs} runs, ${platform.database.pod.starts - before.starts} restarts`,
    where: "cluster/hr/journal.jsonl; world.json: exports, runs",
    holds:
      counts.exports.started === before.counts.exports.started &&
      platform.github.runs.all.length === before.runs &&
      platform.database.pod.starts === before.starts &&
      applied.open_mode === "READ WRITE",
  });
  return page;
}

/** Waits until the check's text has a line about this reviewer. */
function judged(page: PullPage, login: string): Promise<boolean> {
  const line = new RegExp(`^- .*@${login}`, "m");
  return waitFor(`the check to mention ${login}`, () => line.test(page.check("seedbed/dba-approval")?.summary ?? ""));
}
