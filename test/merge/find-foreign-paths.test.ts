import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findForeignPaths, listShownPaths } from "../../src/merge/find-foreign-paths.ts";
import type { FileEntry } from "../../src/merge/list-changed-paths.ts";

/** A tree by its texts: what stands for the content is its blob. */
type Texts = Record<string, string>;

const HR = "environments/hr/database_config.yaml";
const MASK = "environments/hr/scripts/mask.sql";
const MANIFEST = "environments/hr/manifests/pod.yaml";
const CI = ".github/workflows/ci.yml";

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
  rendered?: string[];
}

function foreign({ before, head, result, bases = [before], rendered = [] }: Merge): string[] {
  return findForeignPaths({
    before: tree(before),
    result: tree(result),
    head: tree(head),
    shown: listShownPaths(tree(head), bases.map(tree)),
    rendered: new Set(rendered),
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
      "a new lock on main, and manifests that git merged to what the result renders to",
      {
        bases: [{ [HR]: "1", [MANIFEST]: "1" }],
        before: { [HR]: "1", [MANIFEST]: "lock", "environments/hr/seed.lock.yaml": "1" },
        head: { [HR]: "2", [MANIFEST]: "2" },
        result: { [HR]: "2", [MANIFEST]: "2 with lock", "environments/hr/seed.lock.yaml": "1" },
        rendered: ["hr"],
      },
    ],
  ])("%s", (_, merge) => {
    expect(foreign(merge)).toEqual([]);
  });

  test("whatever the head does to main's tip, as long as lock and permit stay", () => {
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
      [`${CI}: not-the-heads`],
    ],
    [
      "a file that a rename carried to another path",
      { before: { [CI]: "1" }, head: { "drafts/ci.yml": "2" }, result: { [CI]: "2" }, bases: [{}] },
      [`${CI}: not-the-heads`],
    ],
    [
      "another mode than the head's",
      { before: {}, head: { [CI]: "1" }, result: { [CI]: "1@100755" } },
      [`${CI}: not-the-heads`],
    ],
    [
      "a file that the head has and one of the merge bases had already",
      { before: {}, head: { [CI]: "1" }, result: { [CI]: "1" }, bases: [{}, { [CI]: "1" }] },
      [`${CI}: not-shown`],
    ],
    [
      "a removal that one of the merge bases had already",
      { before: { [CI]: "1" }, head: {}, result: {}, bases: [{ [CI]: "1" }, {}] },
      [`${CI}: not-shown`],
    ],
    [
      "everything of a branch that shares no commit with main",
      { before: {}, head: { [CI]: "1" }, result: { [CI]: "1" }, bases: [] },
      [`${CI}: not-shown`],
    ],
    [
      "a script of main beside a changed request that was reviewed with another script",
      {
        bases: [{ [HR]: "1", [MASK]: "1" }],
        before: { [HR]: "1", [MASK]: "2" },
        head: { [HR]: "2", [MASK]: "1" },
        result: { [HR]: "2", [MASK]: "2" },
      },
      [`${MASK}: mixed-request`],
    ],
    [
      "a script of main beside a changed request that was reviewed without it",
      { bases: [{}], before: { [MASK]: "2" }, head: { [HR]: "2" }, result: { [HR]: "2", [MASK]: "2" } },
      [`${MASK}: mixed-request`],
    ],
    [
      "a lock and a permit, whoever shows them",
      {
        before: { "environments/hr/approval.yaml": "1" },
        head: { "environments/hr/seed.lock.yaml": "1" },
        result: { "environments/hr/seed.lock.yaml": "1" },
      },
      ["environments/hr/approval.yaml: kept-file", "environments/hr/seed.lock.yaml: kept-file"],
    ],
    [
      "a lock also where manifests are what the result renders to",
      {
        before: {},
        head: { "environments/hr/seed.lock.yaml": "1" },
        result: { "environments/hr/seed.lock.yaml": "1" },
        rendered: ["hr"],
      },
      ["environments/hr/seed.lock.yaml: kept-file"],
    ],
    [
      "a manifest that is nobody's",
      { before: { [MANIFEST]: "1" }, head: { [MANIFEST]: "2" }, result: { [MANIFEST]: "3" }, rendered: ["crm"] },
      [`${MANIFEST}: not-the-heads`],
    ],
  ])("%s", (_, merge, said) => {
    expect(foreign(merge)).toEqual(said);
  });
});
