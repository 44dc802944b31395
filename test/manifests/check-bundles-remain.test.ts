import { expect, test } from "vitest";
import { checkBundlesRemain } from "../../src/manifests/check-bundles-remain.ts";

const hr = "environments/hr/manifests/fleet.yaml";
const marker = ".github/seedbed/marker/fleet.yaml";
const crm = "environments/crm/manifests/fleet.yaml";

test.each<[string, string[], string[], string[]]>([
  ["one of two databases goes", [hr, crm], [crm], []],
  [
    "the last database goes",
    [hr],
    ["environments/hr/seed.lock.yaml"],
    ["this change removes the last folder that Fleet deploys"],
  ],
  [
    "the tree is renamed",
    [hr, crm],
    ["databases/hr/manifests/fleet.yaml"],
    ["this change removes all 2 folders that Fleet deploys"],
  ],
  [
    "a folder keeps no YAML",
    [hr],
    ["environments/hr/manifests/README.md"],
    ["this change removes the last folder that Fleet deploys"],
  ],
  ["there was none before", [], [], []],
  ["the last database goes and the marker stays", [hr, marker], [marker], []],
  [
    "the last database goes with the marker",
    [hr, marker],
    [".github/seedbed/marker/marker.yaml"],
    ["this change removes the last folder that Fleet deploys"],
  ],
])("when %s", (...row) => {
  const [, before, after, said] = row;
  expect(checkBundlesRemain(before, after).map((problem) => problem.what)).toEqual(said);
});
