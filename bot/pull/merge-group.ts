import { folderOf, placeOf } from "../../src/layout/database-folder.ts";
import type { CheckFacts, CheckOutput } from "../hub.ts";
import { listChangedPaths } from "./changed-paths.ts";
import { CHECKS } from "./check-names.ts";
import type { TreeEntry } from "./pull-state.ts";

/** A group of the merge queue: its changes, and the pull requests that they may come from. */
export interface MergeGroupState {
  appId: number;
  head: string;
  base: TreeEntry[];
  entries: TreeEntry[];
  /** Open pull requests into the default branch. */
  pulls: { number: number; entries: TreeEntry[]; checks: CheckFacts[] }[];
}

/** The three checks of a merge group: green if each Seedbed change is in a pull request whose checks are all green. */
export function reconcileMergeGroup(state: MergeGroupState): CheckOutput[] {
  const changed = listChangedPaths(state.base, state.entries);
  const units = [...new Set(changed.map(unitOf))].toSorted();
  const lost = units.filter(
    (unit) =>
      !isCovered(
        state,
        changed.filter((path) => unitOf(path) === unit),
      ),
  );
  const summary =
    lost.length === 0
      ? "Every Seedbed change in this group is in a pull request whose checks are green."
      : ["These changes are in no pull request with green checks:", "", ...lost.map((unit) => `- \`${unit}\``)].join(
          "\n",
        );
  return Object.values(CHECKS).map((name) => ({
    name,
    conclusion: lost.length === 0 ? "success" : "failure",
    externalId: state.head,
    title:
      lost.length === 0
        ? "Same as in the approved pull requests"
        : `Not in an approved pull request: ${lost.join(", ")}`.slice(0, 200),
    summary,
    annotations: [],
  }));
}

/** A database's folder, or a path outside of all database folders. */
function unitOf(path: string): string {
  const place = placeOf(path);
  return place === null ? path : folderOf(place.database).path;
}

function isCovered({ pulls, entries, appId }: MergeGroupState, paths: string[]): boolean {
  const wanted = describe(entries, paths);
  return pulls.some((pull) => isGreen(pull.checks, appId) && describe(pull.entries, paths) === wanted);
}

function isGreen(checks: readonly CheckFacts[], appId: number): boolean {
  return Object.values(CHECKS).every((name) =>
    checks.some((check) => check.name === name && check.appId === appId && check.conclusion === "success"),
  );
}

function describe(entries: readonly TreeEntry[], paths: readonly string[]): string {
  const found = new Map(entries.map(({ path, mode, blob }) => [path, `${mode} ${blob}`]));
  return JSON.stringify(paths.map((path) => [path, found.get(path) ?? null]));
}
