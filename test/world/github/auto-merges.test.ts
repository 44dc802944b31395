import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { GitHub } from "./github.ts";
import { person, type Person } from "./person.ts";
import { startSample } from "./start-sample.ts";

let github: GitHub;
let ada: Person;
let grace: Person;
beforeEach(async () => {
  github = await startSample({
    rules: [
      {
        type: "pull_request",
        parameters: {
          required_approving_review_count: 1,
          dismiss_stale_reviews_on_push: true,
          allowed_merge_methods: ["squash"],
        },
      },
      {
        type: "required_status_checks",
        parameters: {
          strict_required_status_checks_policy: true,
          required_status_checks: [{ context: "ci", integration_id: 7 }],
        },
      },
    ],
    files: { "a.txt": "a\n" },
  });
  [ada, grace] = [person(github, "ada"), person(github, "grace")];
});
afterEach(() => github.close());

const main = () => github.state.git.resolve("refs/heads/main");
const pulls = () => github.state.pulls;
const shown = async (number: number) => (await ada.api("GET", `/pulls/${number}`)).json["auto_merge"];

async function check(sha: string, conclusion = "success"): Promise<void> {
  const body = { name: "ci", head_sha: sha, status: "completed", conclusion, output: { title: "t", summary: "s" } };
  const response = await fetch(`${github.url}/repos/acme/databases/check-runs`, {
    method: "POST",
    headers: { authorization: `token ${github.tokens.forInstallation()}` },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(201);
}

async function open(branch: string): Promise<{ number: number; head: string }> {
  const { sha } = await ada.push({ branch, edits: { [`${branch}.txt`]: "x\n" } });
  return { number: await ada.openPull(branch, branch), head: sha };
}

/** What webhooks said about auto-merge, oldest first. */
function told(): string[] {
  const bodies = github.webhooks.deliveries.map(
    ({ body }) => JSON.parse(body) as { action?: string; reason?: string; sender: { login: string } },
  );
  return bodies.flatMap(({ action = "", reason, sender }) =>
    action.startsWith("auto_merge") ? [[action, sender.login, reason].filter(Boolean).join(" ")] : [],
  );
}

/** https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/incorporating-changes-from-a-pull-request/automatically-merging-a-pull-request */
describe("auto-merge of the simulated GitHub", () => {
  test("merges in the name of whoever enabled it, once reviews are met and checks have passed", async () => {
    const { number, head } = await open("one");
    const before = await main();
    expect(await shown(number)).toBeNull();
    expect(await grace.autoMerge(number)).toBeNull();
    expect(await shown(number)).toMatchObject({ enabled_by: { login: "grace" }, merge_method: "squash" });
    expect((await ada.api("GET", "/pulls")).json).toMatchObject([{ auto_merge: { enabled_by: { login: "grace" } } }]);
    await check(head);
    expect(await main()).toBe(before);
    await grace.review(number, "APPROVE");
    expect(pulls()[0]).toMatchObject({ state: "closed", mergedBy: { login: "grace" }, mergeCommit: await main() });
    expect((await github.state.git.commit("main")).parents).toEqual([before]);
    expect(github.state.activity.at(-1)).toMatchObject({ type: "pr_merge", actor: { login: "grace" } });
    expect(github.state.mergesRefused).toEqual([]);
    expect(told()).toEqual(["auto_merge_enabled grace"]);
  });

  // "auto-merge does not update branches on its own": https://github.com/macanderson/stella/issues/1527
  test("waits for ever where the branch has to be up to date, until somebody updates it", async () => {
    const [one, two] = [await open("one"), await open("two")];
    for (const { number, head } of [one, two]) {
      await grace.review(number, "APPROVE");
      expect(await ada.autoMerge(number)).toBeNull();
      await check(head);
    }
    expect(pulls().map(({ state }) => state)).toEqual(["closed", "open"]);
    expect(await shown(two.number)).not.toBeNull();
    expect((await ada.updateBranch(two.number)).status).toBe(202);
    expect(pulls()[1]!.state).toBe("open");
    await check(pulls()[1]!.headSha);
    expect(pulls()[1]).toMatchObject({ state: "closed", mergedBy: { login: "ada" } });
  });

  // "If someone who does not have write permissions to the repository pushes new changes to the head branch or switches the base branch of the pull request,
  // auto-merge will be disabled"; the words are those of https://github.com/microsoft/winget-pkgs/issues/96183
  test("is disabled by a push or another base of somebody without write access, not by one of a writer", async () => {
    const { number } = await open("one");
    await ada.autoMerge(number);
    await grace.push({ branch: "one", edits: { "one.txt": "y\n" } });
    expect(await shown(number)).not.toBeNull();
    await ada.push({ branch: "fork", edits: { "fork.txt": "x\n" } });
    const eve = person(github, "eve");
    const fork = await eve.openPull("fork", "from a fork");
    await ada.autoMerge(fork);
    await eve.pushToFork(fork, { "fork.txt": "evil\n" });
    expect(await shown(fork)).toBeNull();
    await ada.autoMerge(fork);
    await ada.push({ branch: "stage", edits: {} });
    await eve.api("PATCH", `/pulls/${fork}`, { base: "stage" });
    expect(await shown(fork)).toBeNull();
    expect(told().filter((line) => line.includes("disabled"))).toEqual([
      "auto_merge_disabled eve Head branch was pushed to by a user without write access",
      "auto_merge_disabled eve Base branch was changed by a user without write access",
    ]);
  });

  test("is disabled by hand, and when the pull request is closed", async () => {
    const { number, head } = await open("one");
    await ada.autoMerge(number);
    expect(await grace.autoMerge(number, null)).toBeNull();
    expect(await grace.autoMerge(number, null)).toContain("Can't disable auto-merge");
    await check(head);
    await grace.review(number, "APPROVE");
    expect(pulls()[0]!.state).toBe("open");
    await check(head, "failure");
    await ada.autoMerge(number);
    await ada.api("PATCH", `/pulls/${number}`, { state: "closed" });
    expect(await shown(number)).toBeNull();
  });

  test("a dismissed approval holds it back", async () => {
    const { number, head } = await open("one");
    await grace.review(number, "APPROVE");
    await ada.autoMerge(number);
    const { sha } = await ada.push({ branch: "one", edits: { "one.txt": "y\n" } });
    for (const commit of [head, sha]) await check(commit);
    expect(pulls()[0]!.state).toBe("open");
    await grace.review(number, "APPROVE");
    expect(pulls()[0]!.state).toBe("closed");
  });

  // "Auto merge is not allowed for this repository": https://github.com/SirAllap/agentglass/pull/331; "in clean status":
  // https://github.com/peter-evans/enable-pull-request-automerge/issues/343; "Protected branch rules not configured": https://github.com/iterative/cml/pull/955
  test("is refused where it would be pointless or is not allowed", async () => {
    const { number, head } = await open("one");
    expect(await person(github, "eve").autoMerge(number)).toContain("Must have write access");
    expect(await ada.autoMerge(number, "merge")).toContain("Merge commits are not allowed");
    github.state.allowAutoMerge = false;
    expect(await ada.autoMerge(number)).toBe("Auto merge is not allowed for this repository");
    github.state.allowAutoMerge = true;
    await check(head);
    await grace.review(number, "APPROVE");
    expect(await ada.autoMerge(number)).toBe("Pull request Pull request is in clean status");
    await ada.push({ branch: "stage", edits: {} });
    await ada.api("PATCH", `/pulls/${number}`, { base: "stage" });
    expect(await ada.autoMerge(number)).toContain("Protected branch rules not configured for this branch");
    await ada.api("PATCH", `/pulls/${number}`, { state: "closed" });
    expect(await ada.autoMerge(number)).toBe("Pull request Pull request is closed");
  });

  test("puts the pull request into the merge queue where there is one", async () => {
    github.state.ruleset.rules.push({ type: "merge_queue", parameters: { merge_method: "SQUASH" } });
    const { number, head } = await open("one");
    expect(await ada.autoMerge(number)).toBeNull();
    await check(head);
    expect(github.state.queue.entries).toHaveLength(0);
    await grace.review(number, "APPROVE");
    expect(github.state.queue.entries).toMatchObject([{ pull: { number }, by: { login: "ada" } }]);
    const [[ref, group] = []] = [...(await github.state.git.refs())].filter(([name]) => name.includes("readonly"));
    expect(ref).toContain(`pr-${number}-`);
    await check(group!);
    expect(pulls()[0]).toMatchObject({ state: "closed", mergeCommit: group });
  });
});
