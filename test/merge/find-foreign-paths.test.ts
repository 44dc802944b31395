import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findForeignPaths } from "../../src/merge/find-foreign-paths.ts";
import type { FileEntry } from "../../src/merge/list-changed-paths.ts";

/** A tree by its texts: what stands for the content is its blob. */
type Texts = Record<string, string>;

const HR = "environments/hr/database_config.yaml";
const MASK = "environments/hr/scripts/mask.sql";
const MANIFEST = "environments/hr/manifests/pod.yaml";
const CI = ".github/workflows/ci.yml";
const OLD = ".github/drafts/ci.yml";

function tree(texts: Texts): FileEntry[] {
  return Object.entries(texts).map(([path, text]) => {
    const [blob = "", mode = "100644"] = text.split("@");
    return { path, mode, blob };
  });
}

interface Merge {
  before: Texts;
  head: Texts;
  result: Texts;
  /** Without it, main before is the only merge base. */
  bases?: Texts[];
}

function foreign({ before, head, result, bases = [before] }: Merge): string[] {
  return findForeignPaths({
    before: tree(before),
    result: tree(result),
    head: tree(head),
    bases: bases.map(tree),
  }).map(({ path, reason }) => `${path}: ${reason}`);
}

describe("nothing is foreign in a merge that brings what its pull request showed", () => {
  test.each<[string, Merge]>([
    ["a new request", { before: {}, head: { [HR]: "1" }, result: { [HR]: "1" } }],
    ["a removed request", { before: { [HR]: "1", [MASK]: "1" }, head: {}, result: {} }],
    ["a mode", { before: { [CI]: "1" }, head: { [CI]: "1@100755" }, result: { [CI]: "1@100755" } }],
    ["a removed script", { before: { [HR]: "1", [MASK]: "m" }, head: { [HR]: "1" }, result: { [HR]: "1" } }],
    [
      "main went on elsewhere, before and after the head",
      {
        bases: [{ [HR]: "1" }],
        before: { [HR]: "1", [CI]: "new", "environments/crm/database_config.yaml": "2" },
        head: { [HR]: "2" },
        result: { [HR]: "2", [CI]: "new", "environments/crm/database_config.yaml": "2" },
      },
    ],
    [
      "what programs wrote, however git merged it: that is compared with what they would write",
      {
        bases: [{ [HR]: "1", [MANIFEST]: "1" }],
        before: { [HR]: "1", [MANIFEST]: "lock", "environments/hr/seed.lock.yaml": "1" },
        head: { [HR]: "2", [MANIFEST]: "2" },
        result: { [HR]: "2", [MANIFEST]: "2 with lock", "environments/hr/seed.lock.yaml": "1" },
      },
    ],
  ])("%s", (_, merge) => {
    expect(foreign(merge)).toEqual([]);
  });

  test("whatever the head does to main's tip", () => {
    const names = [HR, MASK, MANIFEST, CI, "environments/crm/database_config.yaml", ".github/seedbed.yml"];
    const texts = fc.dictionary(fc.constantFrom(...names), fc.constantFrom("a", "b", "c@100755"));
    const holds = fc.property(texts, texts, (before, head) => {
      expect(foreign({ before, head, result: head })).toEqual([]);
    });
    fc.assert(holds);
  });
});

describe("foreign is", () => {
  test.each<[string, Merge, string[]]>([
    [
      "a byte that the merge commit adds to what the head has",
      { before: { [CI]: "1" }, head: { [CI]: "2" }, result: { [CI]: "3" } },
      [`${CI}: mixed`],
    ],
    [
      "a file that a rename carried to another path, with an edit of the old one",
      { bases: [{ [OLD]: "1" }], before: { [CI]: "1" }, head: { [OLD]: "2" }, result: { [CI]: "2" } },
      [`${OLD}: lost`, `${CI}: foreign`],
    ],
    [
      "another mode than the head's",
      { before: {}, head: { [CI]: "1" }, result: { [CI]: "1@100755" } },
      [`${CI}: mixed`],
    ],
    [
      "a file that the head has and one of the merge bases had already",
      { before: {}, head: { [CI]: "1" }, result: { [CI]: "1" }, bases: [{}, { [CI]: "1" }] },
      [`${CI}: hidden`],
    ],
    [
      "lines that the page does not show beside those that it shows",
      {
        bases: [{ [CI]: "evil" }],
        before: { [CI]: "1" },
        head: { [CI]: "evil, a comment" },
        result: { [CI]: "evil, a comment" },
      },
      [`${CI}: hidden`],
    ],
    [
      "a removal that one of the merge bases had already",
      { before: { [CI]: "1" }, head: {}, result: {}, bases: [{ [CI]: "1" }, {}] },
      [`${CI}: hidden`],
    ],
    [
      "everything of a branch that shares no commit with main",
      { before: {}, head: { [CI]: "1" }, result: { [CI]: "1" }, bases: [] },
      [`${CI}: hidden`],
    ],
    [
      "a change that the page shows and git drops",
      { bases: [{ [CI]: "1" }], before: { [CI]: "1" }, head: { [CI]: "2" }, result: { [CI]: "1" } },
      [`${CI}: lost`],
    ],
    [
      "a script of main beside a changed request that was reviewed with another script",
      {
        bases: [{ [HR]: "1", [MASK]: "1" }],
        before: { [HR]: "1", [MASK]: "2" },
        head: { [HR]: "2", [MASK]: "1" },
        result: { [HR]: "2", [MASK]: "2" },
      },
      [`${MASK}: folder`],
    ],
    [
      "a script of main beside a changed request that was reviewed without it",
      { bases: [{}], before: { [MASK]: "2" }, head: { [HR]: "2" }, result: { [HR]: "2", [MASK]: "2" } },
      [`${MASK}: folder`],
    ],
  ])("%s", (_, merge, said) => {
    expect(foreign(merge)).toEqual(said);
  });
});
