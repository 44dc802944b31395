import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { GitHub } from "./github.ts";
import { person, type Person } from "./person.ts";
import { startSample } from "./start-sample.ts";

interface Shown {
  mergeable: boolean | null;
  merge_commit_sha: string | null;
}

let github: GitHub;
let ada: Person;
beforeEach(async () => {
  const lines = Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join("");
  github = await startSample({ files: { "a.txt": "a\n", "drafts/ci.yml": lines } });
  ada = person(github, "ada");
});
afterEach(() => github.close());

const main = async () => (await github.state.git.resolve("refs/heads/main"))!;
const mergeRef = (number: number) => github.state.git.resolve(`refs/pull/${number}/merge`);
const look = async (number: number) => (await ada.api("GET", `/pulls/${number}`)).json as unknown as Shown;
const show = (name: string) => github.state.git.git(["show", name]).catch(() => null);

async function open(branch: string, edits: Record<string, string | null>): Promise<{ number: number; head: string }> {
  const { sha } = await ada.push({ branch, edits });
  return { number: await ada.openPull(branch, branch), head: sha };
}

/** Somebody else's change reaches main. */
async function move(edits: Record<string, string | null>): Promise<void> {
  const { number } = await open(`other-${github.state.pulls.length}`, edits);
  expect(await ada.merge(number, "merge")).toMatchObject({ status: 200 });
}

/** https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request */
describe("test merge commits of the simulated GitHub", () => {
  test("are real commits on no branch, with the base's tip and the head as parents", async () => {
    const { number, head } = await open("one", { "b.txt": "b\n" });
    const base = await main();
    const { mergeable, merge_commit_sha: sha } = await look(number);
    expect(mergeable).toBe(true);
    expect(await mergeRef(number)).toBe(sha);
    const commit = (await ada.api("GET", `/git/commits/${sha}`)).json;
    expect(commit).toMatchObject({
      parents: [{ sha: base }, { sha: head }],
      message: `Merge ${head} into ${base}`,
      author: { name: "ada" },
      committer: { email: "noreply@github.com" },
    });
    const tree = await ada.api("GET", `/git/trees/${(commit["tree"] as { sha: string }).sha}?recursive=1`);
    expect(tree.json["tree"]).toMatchObject([
      { path: "a.txt" },
      { path: "b.txt" },
      { path: "drafts" },
      { path: "drafts/ci.yml" },
    ]);
    expect(await main()).toBe(base);
    expect((await ada.api("GET", `/commits/${sha}/pulls`)).json).toEqual([]);
  });

  test("come when somebody looks, and lists show the latest one without a word about mergeability", async () => {
    const { number } = await open("one", { "b.txt": "b\n" });
    const listed = async () => ((await ada.api("GET", "/pulls")).json as unknown as Shown[])[0];
    expect(await listed()).toMatchObject({ merge_commit_sha: null });
    const first = await look(number);
    await move({ "c.txt": "c\n" });
    expect(await mergeRef(number)).toBe(first.merge_commit_sha);
    expect(await listed()).toMatchObject({ merge_commit_sha: first.merge_commit_sha });
    expect(await listed()).not.toHaveProperty("mergeable");
    const second = await look(number);
    expect(second.merge_commit_sha).not.toBe(first.merge_commit_sha);
    expect((await github.state.git.commit(second.merge_commit_sha!)).parents[0]).toBe(await main());
    expect(await look(number)).toEqual(second);
  });

  // "When a new merge commit is trying to be created, the mergeable field changes to null … the merge_commit_sha field keeps the old value. This means it also
  // keeps the old value, when the merge request becomes conflicted": https://github.com/NixOS/nixpkgs/pull/410430
  test("a conflict leaves the old one in place", async () => {
    const { number } = await open("one", { "a.txt": "one\n" });
    const before = await look(number);
    await move({ "a.txt": "other\n" });
    expect(await look(number)).toMatchObject({ mergeable: false, merge_commit_sha: before.merge_commit_sha });
    expect(await mergeRef(number)).toBe(before.merge_commit_sha);
    const { number: never } = await open("two", { "a.txt": "two\n" });
    await ada.push({ branch: "two", edits: { "a.txt": "two\n", "b.txt": "b\n" } });
    await move({ "a.txt": "third\n" });
    expect(await look(never)).toMatchObject({ mergeable: false, merge_commit_sha: null });
  });

  test("a head without a common history cannot be merged", async () => {
    const { number } = await open("one", { "b.txt": "b\n" });
    const alone = await github.state.git.writeCommit({
      ...(await github.state.git.commit(await main())),
      parents: [],
      message: "alone",
    });
    await ada.push({ branch: "one", from: alone, edits: {}, force: true });
    expect(await look(number)).toMatchObject({ mergeable: false });
    await ada.push({ branch: "alone", from: alone, edits: {} });
    const refused = await ada.api("POST", "/pulls", { head: "alone", base: "main", title: "x" });
    expect(JSON.stringify(refused)).toContain("no history in common");
  });

  // Null first: "GitHub has started a background job to compute the mergeability". Before that it may answer as if nothing had moved: "mergeable=true
  // state=clean" while the merge conflicts, https://github.com/sonichi/sutando/pull/2420
  test("a test may have the answer come late: first as if nothing had moved, then unknown", async () => {
    const { number } = await open("one", { "b.txt": "b\n" });
    github.state.mergeTests.delay = { stale: 1, unknown: 2 };
    for (let read = 1; read <= 3; read += 1)
      expect(await look(number)).toMatchObject({ mergeable: null, merge_commit_sha: null });
    const first = await look(number);
    expect(first.mergeable).toBe(true);
    await move({ "c.txt": "c\n" });
    expect(await look(number)).toEqual(first);
    expect(await look(number)).toEqual({ ...first, mergeable: null, mergeable_state: "unknown" });
    await ada.push({ branch: "one", edits: { "b.txt": "b2\n" } });
    const again = [await look(number), await look(number), await look(number), await look(number)];
    expect(again.map(({ mergeable }) => mergeable)).toEqual([true, null, null, true]);
    expect(new Set(again.map(({ merge_commit_sha: sha }) => sha)).size).toBe(2);
    github.state.mergeTests.delay = { stale: 0, unknown: Infinity };
    await move({ "d.txt": "d\n" });
    for (let read = 1; read <= 10; read += 1) expect((await look(number)).mergeable).toBeNull();
  });

  test("after the merge there is the commit on main, and nothing to be mergeable", async () => {
    const { number } = await open("one", { "b.txt": "b\n" });
    await look(number);
    await ada.merge(number, "squash");
    expect(await look(number)).toMatchObject({ mergeable: null, merge_commit_sha: await main(), merged: true });
  });

  test("nobody pushes the refs that they are under", async () => {
    const { number } = await open("one", { "b.txt": "b\n" });
    const { merge_commit_sha: sha } = await look(number);
    const hidden = await ada.push({ branch: "x", ref: `refs/pull/${number}/merge`, edits: {}, force: true });
    expect(hidden.text).toContain("deny updating a hidden ref");
    expect(await mergeRef(number)).toBe(sha);
  });
});

/** GitHub merges as git does since https://github.blog/2023-07-27-scaling-merge-ort-across-github/. */
describe("what the simulated GitHub merges", () => {
  /** The tree that git's own `git merge`, in a clone, makes of main and a head. */
  async function mergedByGit(head: string): Promise<string> {
    const branch = `by-git-${head}`;
    await ada.push({ branch, from: await main(), merge: [head], edits: {} });
    return (await github.state.git.resolve(`${branch}^{tree}`))!;
  }

  const filesOf = async (number: number) => {
    const { json } = await ada.api("GET", `/pulls/${number}/files`);
    return (json as unknown as { filename: string }[]).map(({ filename }) => filename);
  };

  test("an edit follows a file that main has renamed", async () => {
    const edited = (await show("main:drafts/ci.yml"))!.replace("line 3", "evil");
    const { number, head } = await open("edit", { "drafts/ci.yml": edited });
    const text = (await show("main:drafts/ci.yml"))!;
    await move({ "drafts/ci.yml": null, ".github/workflows/ci.yml": text });
    const { merge_commit_sha: sha } = await look(number);
    expect(await filesOf(number)).toEqual(["drafts/ci.yml"]);
    expect(await show(`${sha}:.github/workflows/ci.yml`)).toBe(edited);
    expect(await github.state.git.resolve(`${sha}^{tree}`)).toBe(await mergedByGit(head));
  });

  test("two merge bases: what the shown difference does not have reaches main", async () => {
    await ada.push({ branch: "a", edits: { "evil.txt": "evil\n" }, date: "2026-11-23T15:00:01Z" });
    const [a0, start] = [(await github.state.git.resolve("refs/heads/a"))!, await main()];
    await ada.push({ branch: "a", edits: { "evil.txt": null, "docs/a.md": "a\n" }, date: "2026-11-23T15:00:02Z" });
    await ada.merge(await ada.openPull("a", "docs"), "merge");
    const m1 = await main();
    const later = "2026-11-23T16:00:00Z";
    const a1 = (await ada.push({ branch: "b", from: a0, edits: { "docs/b.md": "b\n" }, date: later })).sha;
    await ada.merge(await ada.openPull("b", "more docs"), "merge");
    expect(await show("main:evil.txt")).toBeNull();
    const { sha: head } = await ada.push({ branch: "c", from: a1, parents: [m1], edits: { "docs/c.md": "c\n" } });
    const number = await ada.openPull("c", "docs again");
    const compared = (await ada.api("GET", `/compare/main...c`)).json;
    expect(compared["merge_base_commit"]).toMatchObject({ sha: a1 });
    expect(await filesOf(number)).toEqual(["docs/c.md"]);
    const { merge_commit_sha: sha, mergeable } = await look(number);
    expect(mergeable).toBe(true);
    expect(await show(`${sha}:evil.txt`)).toBe("evil\n");
    expect(await github.state.git.resolve(`${sha}^{tree}`)).toBe(await mergedByGit(head));
    expect(await github.state.git.isAncestor(start, head)).toBe(true);
    await ada.merge(number, "squash");
    expect(await show("main:evil.txt")).toBe("evil\n");
  });
});
