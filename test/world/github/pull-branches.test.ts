import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { GitHub } from "./github.ts";
import { person } from "./person.ts";
import { startSample } from "./start-sample.ts";
import { APP_PERMISSIONS } from "./tokens.ts";

const WORKFLOW = "on: { workflow_dispatch: {} }\njobs: {}\n";

describe("the branches of a pull request, and tags that are named like branches", () => {
  let github: GitHub;
  let pull = 0;
  const ada = () => person(github, "ada");
  const review = () => github.state.reviews.find((one) => one.pull === pull)!;

  beforeAll(async () => {
    github = await startSample({
      rules: [{ type: "pull_request", parameters: { dismiss_stale_reviews_on_push: true } }],
      files: { "a.txt": "a\n", ".github/workflows/w.yml": WORKFLOW },
    });
    await ada().push({ branch: "change", edits: { "b.txt": "b\n" } });
    pull = await ada().openPull("change", "Change");
    await person(github, "grace").review(pull, "APPROVE");
  });
  afterAll(() => github.close());

  test("Update branch merges main into the head, once; an approval of the same diff moves along", async () => {
    expect((await ada().api("PUT", `/pulls/${pull}/update-branch`, {})).status).toBe(422);
    await ada().push({ branch: "other", edits: { "c.txt": "c\n" } });
    const other = await ada().openPull("other", "Other");
    expect((await ada().merge(other)).status).toBe(200);
    expect((await ada().api("PUT", `/pulls/${pull}/update-branch`, {})).status).toBe(202);
    const { headSha } = github.state.pulls[0]!;
    const parents = await github.state.git.git(["log", "-1", "--format=%an %cn %p", headSha]);
    expect(parents).toMatch(/^ada GitHub [0-9a-f]+ [0-9a-f]+\n$/);
    expect(review()).toMatchObject({ state: "APPROVED", commit: headSha });
    const commits = (await ada().api("GET", `/pulls/${pull}/commits`)).json as unknown as unknown[];
    expect(commits).toHaveLength(2);
  });

  // "If the expected SHA does not match the pull request's HEAD, you will receive a 422": https://docs.github.com/en/rest/pulls/pulls#update-a-pull-request-branch
  test("Update branch by the App needs both permissions and the head that it expects", async () => {
    await ada().push({ branch: "more", edits: { "e.txt": "e\n" } });
    expect((await ada().merge(await ada().openPull("more", "More"))).status).toBe(200);
    const { headSha } = github.state.pulls[0]!;
    const without = (name: string) => ({ ...APP_PERMISSIONS, [name]: "read" as const });
    for (const permissions of [without("contents"), without("pull_requests")])
      expect(await update(headSha, permissions)).toMatchObject({
        status: 403,
        message: "Resource not accessible by integration",
      });
    expect(await update("0".repeat(40))).toEqual({
      status: 422,
      message: "expected head sha didn’t match current head ref.",
    });
    expect((await person(github, "eve").updateBranch(pull)).status).toBe(403);
    github.state.branchUpdates.late = true;
    expect((await update(headSha)).status).toBe(202);
    expect(github.state.pulls[0]!.headSha).toBe(headSha);
    for (const run of github.state.branchUpdates.waiting) await run();
    github.state.branchUpdates.late = false;
    const { author, committer, parents } = await github.state.git.commit(github.state.pulls[0]!.headSha);
    expect([author.name, committer.name, parents[0]]).toEqual(["seedbed[bot]", "GitHub", headSha]);
    expect(github.state.activity.at(-1)).toMatchObject({ type: "push", actor: { login: "seedbed[bot]" } });
    expect(await update(github.state.pulls[0]!.headSha)).toMatchObject({ status: 422 });
    expect(github.calls.violations).toEqual([]);
  });

  // The status and the words: https://github.com/chdsbd/kodiak/issues/853
  test("Update branch by the App does not bring main's workflows into the branch", async () => {
    await ada().push({ branch: "flow", edits: { ".github/workflows/w.yml": `${WORKFLOW}# more\n` } });
    expect((await ada().merge(await ada().openPull("flow", "Flow"))).status).toBe(200);
    const { headSha } = github.state.pulls[0]!;
    expect(await update(headSha)).toEqual({
      status: 403,
      message:
        "refusing to allow a GitHub App to create or update workflow .github/workflows/w.yml without workflows permission",
    });
    expect((await ada().updateBranch(pull, headSha)).status).toBe(202);
  });

  async function update(expected: string, permissions?: typeof APP_PERMISSIONS) {
    const response = await fetch(`${github.url}/repos/acme/databases/pulls/${pull}/update-branch`, {
      method: "PUT",
      headers: { authorization: `token ${github.tokens.forInstallation(permissions)}` },
      body: JSON.stringify({ expected_head_sha: expected }),
    });
    const { message } = (await response.json()) as { message: string };
    return { status: response.status, message };
  }

  test("another base with another diff dismisses the approval", async () => {
    await ada().push({ branch: "base", from: "origin/change", edits: { "d.txt": "d\n" } });
    expect((await ada().api("PATCH", `/pulls/${pull}`, { base: "nowhere" })).status).toBe(422);
    expect((await ada().api("PATCH", `/pulls/${pull}`, { base: "base" })).status).toBe(200);
    expect(review().state).toBe("DISMISSED");
    const edited = github.state.webhooks.deliveries.findLast(({ action }) => action === "edited")!;
    expect(JSON.parse(edited.body)).toMatchObject({ changes: { base: { ref: { from: "main" } } } });
  });

  test("a run of a tag has the tag's name where one of a branch has the branch's", async () => {
    const { headSha: sha } = github.state.pulls[0]!;
    await ada().api("POST", "/git/refs", { ref: "refs/tags/main", sha });
    await ada().runWorkflow("w.yml", {}, "refs/tags/main");
    expect(github.runs.all.at(-1)).toMatchObject({ headBranch: "main", headSha: sha, tag: true });
    await ada().runWorkflow("w.yml", {}, "main");
    expect(github.runs.all.at(-1)).toMatchObject({ headBranch: "main", tag: false });
    expect(github.runs.all.at(-1)!.headSha).not.toBe(sha);
  });
});
