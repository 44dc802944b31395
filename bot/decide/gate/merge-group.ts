import { inlineCode } from "../../../src/text/markdown.ts";
import type { CheckFacts, CheckOutput } from "../../hub/checks.ts";
import { digestOfApproved, isNothing, type ChangeSet } from "./change-set.ts";
import { CHECKS } from "./check-names.ts";
import { findUncovered } from "./find-uncovered.ts";
import { findRecord, renderRecord } from "./record.ts";

/** A group of the merge queue: its changes, and the pull requests that they may come from. */
export interface MergeGroupState {
  appId: number;
  /**
   * From where main and the group part to the group. Never from the group before this one: a queue may merge several groups on the
   * checks of the last alone, so each answers for everything that it would bring to main.
   */
  changes: ChangeSet;
  /** Databases whose manifests are what the group itself renders to, whichever pull request they come from. */
  rendered: string[];
  /** The checks of each open pull request into the default branch. */
  pulls: CheckFacts[][];
}

/** The three checks of a merge group: green if each Seedbed change is in a pull request whose checks are all green. */
export function decideMergeGroup({ appId, changes, rendered, pulls }: MergeGroupState): CheckOutput[] {
  const covered = pulls.flatMap((checks) => (isGreen(checks, appId) ? (findRecord(checks, appId)?.changes ?? []) : []));
  const lost = findUncovered({ changes, covered, rendered });
  const record = isNothing(changes) ? "" : renderRecord({ changes, heads: [], updates: [], pushers: [], reviews: [] });
  const green = lost.length === 0 && record !== null;
  const shared = {
    conclusion: green ? ("success" as const) : ("failure" as const),
    externalId: digestOfApproved(changes),
    title: green ? "Same as in the approved pull requests" : titleOf(lost),
    summary: green ? "Every Seedbed change in this group is in a pull request whose checks are green." : describe(lost),
    annotations: [],
  };
  return Object.values(CHECKS).map((name) =>
    name === CHECKS.approval && green && record !== "" ? { name, ...shared, text: record } : { name, ...shared },
  );
}

function titleOf(lost: readonly string[]): string {
  return lost.length === 0
    ? "Too many files for one group"
    : `Not in an approved pull request: ${lost.join(", ")}`.slice(0, 200);
}

const SHOWN = 200;

function describe(lost: readonly string[]): string {
  if (lost.length === 0)
    return "The changes do not fit into the record of this check: queue fewer pull requests at once.";
  const more = lost.length > SHOWN ? [`- …and ${lost.length - SHOWN} more`] : [];
  const list = lost.slice(0, SHOWN).map((path) => `- ${inlineCode(path)}`);
  return ["These changes are in no pull request with green checks:", "", ...list, ...more].join("\n");
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
