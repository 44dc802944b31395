import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { GitHub } from "./github.ts";
import { person, type Person } from "./person.ts";
import { startSample } from "./start-sample.ts";

const LINES = Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join("");

let github: GitHub;
let ada: Person;
beforeEach(async () => {
  github = await startSample({ files: { "a.txt": "a\n", "docs/long.txt": LINES } });
  ada = person(github, "ada");
});
afterEach(() => github.close());

const main = async () => (await github.state.git.resolve("refs/heads/main"))!;
const get = async (path: string) => (await ada.api("GET", path)).json;

describe("histories that are no line", () => {
  /** Two commits that were merged both ways: the histories of `left` and `right` have two merge bases. */
  async function criss(newer: "one" | "two"): Promise<{ one: string; two: string }> {
    const dateOf = (name: string) => (name === newer ? "2026-11-23T17:00:00Z" : "2026-11-23T16:00:00Z");
    const make = (branch: string, from: string, edits: Record<string, string>) =>
      ada.push({ branch, from, edits, date: dateOf(branch) });
    const one = (await make("one", "origin/main", { "one.txt": "1\n" })).sha;
    const two = (await make("two", "origin/main", { "two.txt": "2\n" })).sha;
    await ada.push({ branch: "left", from: one, merge: [two], edits: { "left.txt": "l\n" } });
    await ada.push({ branch: "right", from: two, merge: [one], edits: { "right.txt": "r\n" } });
    return { one, two };
  }

  // With several, `git merge-base` names the first of its list, which is sorted by the date that the commit itself claims. That the comparison has one:
  // https://docs.github.com/en/rest/commits/commits#compare-two-commits (`merge_base_commit`)
  test.each(["one", "two"] as const)(
    "of two merge bases a comparison names the newer, which is the committer's choice: %s",
    async (newer) => {
      const { one, two } = await criss(newer);
      const all = await github.state.git.git(["merge-base", "--all", "left", "right"]);
      expect(all.trim().split("\n").toSorted()).toEqual([one, two].toSorted());
      const compared = await get("/compare/left...right");
      expect(compared["merge_base_commit"]).toMatchObject({ sha: newer === "one" ? one : two });
      expect(compared["status"]).toBe("diverged");
      const names = (compared["files"] as { filename: string }[]).map(({ filename }) => filename);
      expect(names).toEqual(newer === "one" ? ["right.txt", "two.txt"] : ["one.txt", "right.txt"]);
      const { json } = await ada.api("POST", "/pulls", { head: "right", base: "left", title: "criss-cross" });
      expect(await get(`/pulls/${Number(json["number"])}/files`)).toMatchObject(
        names.map((filename) => ({ filename })),
      );
    },
  );

  test("a merge has as many parents as somebody wants, and the files that somebody wants", async () => {
    const tips: string[] = [];
    for (const branch of ["x", "y", "z"])
      tips.push((await ada.push({ branch, from: "origin/main", edits: { [`${branch}.txt`]: "1\n" } })).sha);
    const start = await main();
    const octopus = await ada.push({ branch: "octopus", from: "origin/main", merge: ["x", "y", "z"], edits: {} });
    const made = await github.state.git.commit(octopus.sha);
    // Git leaves out the first parent where it is contained in the others.
    expect(made.parents.filter((parent) => parent !== start)).toEqual(tips);
    const evil = await ada.push({
      branch: "evil",
      from: "origin/x",
      parents: tips.slice(1),
      edits: { "e.txt": "e\n" },
    });
    const { parents } = await get(`/git/commits/${evil.sha}`);
    expect(parents).toMatchObject(tips.map((sha) => ({ sha })));
    expect((await get(`/commits/${evil.sha}`))["parents"]).toMatchObject(tips.map((sha) => ({ sha })));
    const files = (await github.state.git.tree(evil.sha, false)).map(({ path }) => path);
    expect(files).toEqual(["a.txt", "docs", "e.txt", "x.txt"]);
  });

  // `previous_filename` of a renamed file: https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files
  test("a pull request lists a rename with the name before", async () => {
    const moved = LINES.replace("line 3", "changed");
    await ada.push({ branch: "move", edits: { "docs/long.txt": null, ".github/long.txt": moved } });
    const number = await ada.openPull("move", "move");
    const renamed = [{ filename: ".github/long.txt", status: "renamed", previous_filename: "docs/long.txt" }];
    expect(await get(`/pulls/${number}/files`)).toMatchObject(renamed);
    expect((await get("/compare/main...move"))["files"]).toMatchObject(renamed);
  });

  // "Up to 300 changed files for the entire comparison", "a maximum of 3000 files": the descriptions of these two operations.
  test("a comparison leaves out what is more than 300 files, a pull request lists them on pages", async () => {
    const edits = Object.fromEntries(Array.from({ length: 301 }, (_, index) => [`many/${index}.txt`, `${index}\n`]));
    await ada.push({ branch: "many", edits });
    const number = await ada.openPull("many", "many");
    expect((await get("/compare/main...many"))["files"]).toHaveLength(300);
    expect(await get(`/pulls/${number}/files?per_page=100&page=4`)).toHaveLength(1);
  });
});
