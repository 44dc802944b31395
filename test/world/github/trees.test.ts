import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { GitHub } from "./github.ts";
import { person } from "./person.ts";
import { startSample } from "./start-sample.ts";

let github: GitHub;
beforeAll(async () => {
  github = await startSample({ files: { "a.txt": "äöü\n", "docs/long.txt": "a line\n" } });
});
afterAll(() => github.close());

const get = async (path: string) => (await person(github, "ada").api("GET", path)).json;

describe("trees of the simulated GitHub", () => {
  // The example of https://docs.github.com/en/rest/git/trees#get-a-tree has `size` for the blobs, and none for the tree among them.
  test("blobs have their size in bytes, trees and submodules have none", async () => {
    const { git } = github.state;
    const tree = await git.writeTree("main^{tree}", [{ path: "sub", mode: "160000", sha: "1".repeat(40) }]);
    const sizes = (entries: unknown) =>
      (entries as { path: string; size?: number }[]).map(({ path, size }) => [path, size]);
    expect(sizes((await get(`/git/trees/${tree}?recursive=1`))["tree"])).toEqual([
      ["a.txt", 7],
      ["docs", undefined],
      ["docs/long.txt", 7],
      ["sub", undefined],
    ]);
    expect(sizes((await get("/git/trees/main"))["tree"])).toEqual([
      ["a.txt", 7],
      ["docs", undefined],
    ]);
    expect(((await get("/git/trees/main"))["tree"] as object[])[1]).not.toHaveProperty("size");
  });
});
