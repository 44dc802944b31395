import { folderOf, NAMES, databaseFileOf } from "../../../src/layout/database-folder.ts";
import type { CheckFacts, CheckOutput } from "../../hub/checks.ts";
import { listChangedPaths } from "../../../src/merge/list-changed-paths.ts";
import { CHECKS } from "./check-names.ts";
import type { JudgedDatabase } from "./judge-databases.ts";
import type { Side, TreeEntry } from "./pull-state.ts";

/** A group of the merge queue: its changes, and the pull requests that they may come from. */
export interface MergeGroupState {
  appId: number;
  head: string;
  /**
   * Where main and the group part. Never the group before this one: a queue may merge several groups on the checks of
   * the last alone, so each answers for everything that it would bring to main.
   */
  base: TreeEntry[];
  entries: TreeEntry[];
  /** Databases whose manifests are what the group itself renders to, whichever pull request they come from. */
  rendered: string[];
  /** Open pull requests into the default branch. */
  pulls: GroupPull[];
}

/** A pull request with the trees of its head and of the commit where it and main part. */
export interface GroupPull {
  number: number;
  base: TreeEntry[];
  entries: TreeEntry[];
  checks: CheckFacts[];
}

/** The three checks of a merge group: green if each Seedbed change is in a pull request whose checks are all green. */
export function decideMergeGroup(state: MergeGroupState): CheckOutput[] {
  const changed = listChangedPaths(state.base, state.entries);
  const units = [...new Set(changed.map(unitOf))].toSorted();
  const lost = units.filter((unit) => !isCovered(state, { unit, changed: new Set(changed) }));
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

/** Whether all three checks of this App are green. */
export function isGreen(checks: readonly CheckFacts[], appId: number): boolean {
  return Object.values(CHECKS).every((name) =>
    checks.some(
      (check) =>
        check.name === name && check.appId === appId && check.status === "completed" && check.conclusion === "success",
    ),
  );
}

/** The judged databases whose manifests at a commit are exactly the rendered ones. */
export function listRendered(side: Side, judged: readonly JudgedDatabase[]): string[] {
  const describe = (files: readonly { path: string; text: string }[]) =>
    JSON.stringify(files.map(({ path, text }) => `${path}\0${text}`).toSorted());
  return judged
    .filter(({ database, manifests }) => {
      const there = side.databases[database]?.manifests;
      return manifests !== null && there !== undefined && describe(there) === describe(manifests);
    })
    .map(({ database }) => database);
}

/** A database's folder, or a path outside of all database folders. */
function unitOf(path: string): string {
  const file = databaseFileOf(path);
  return file === null ? path : folderOf(file.database).path;
}

interface UnitChange {
  unit: string;
  /** The paths of the whole group that changed. */
  changed: ReadonlySet<string>;
}

function isCovered(state: MergeGroupState, { unit, changed }: UnitChange): boolean {
  const counts = (path: string) => unitOf(path) === unit && !isFree(path, state.rendered);
  const needed = [...changed].filter(counts);
  // The whole request, not only its changed files, because two pull requests may each have changed one.
  const describe = (entries: readonly TreeEntry[]) => {
    const found = entries.filter(
      ({ path }) => counts(path) && (databaseFileOf(path)?.generated !== true || changed.has(path)),
    );
    return JSON.stringify(found.map(({ path, mode, blob }) => `${path}\0${mode} ${blob}`).toSorted());
  };
  const wanted = describe(state.entries);
  return state.pulls.some((pull) => {
    if (!isGreen(pull.checks, state.appId) || describe(pull.entries) !== wanted) return false;
    // A branch that is only older than main also has other bytes than main: nobody has reviewed that as a change.
    const own = new Set(listChangedPaths(pull.base, pull.entries));
    return needed.every((path) => own.has(path));
  });
}

function isFree(path: string, rendered: readonly string[]): boolean {
  const file = databaseFileOf(path);
  return file !== null && file.below.startsWith(`${NAMES.manifests}/`) && rendered.includes(file.database);
}
