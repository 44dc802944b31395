import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { GitHub } from "./github.ts";
import { person } from "./person.ts";
import { startSample } from "./start-sample.ts";

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
