import { inlineCode } from "../../../src/text/markdown.ts";
import type { ForeignReason } from "../../../src/merge/find-foreign-paths.ts";
import type { GateFacts } from "./gate-facts.ts";
import type { PullState } from "./pull-state.ts";

/** Why a pull request cannot be judged as it is, whatever its reviews are. */
export interface MergeObstacle {
  title: string;
  /** Sentences, as Markdown. */
  lines: string[];
  /** What mends it: the rest of a sentence, without its full stop. */
  fix: string;
}

/** What stands between what the page of a pull request shows and what its merge would do; null if nothing does. */
export function findMergeObstacle({ merge, pull }: PullState, { foreign }: GateFacts): MergeObstacle | null {
  const fix = updateStep(pull.number);
  if (merge.kind === "conflict")
    return { title: "Conflicts with main", lines: ["Git cannot merge this branch: it conflicts with main."], fix };
  if (merge.kind === "unknown") {
    const line = "GitHub has not merged this head with main's tip for a test, so nobody can tell what would be merged.";
    return { title: "What would be merged is not known", lines: [line], fix };
  }
  if (foreign.length === 0) return null;
  const lines = [
    "GitHub merges more than the two trees that this page compares. These paths would not be on main as it shows them:",
    "",
    ...foreign.slice(0, SHOWN).map(({ path, reason }) => `- ${inlineCode(path)} ${WHY[reason]}`),
    ...(foreign.length > SHOWN ? [`- …and ${foreign.length - SHOWN} more`] : []),
    "",
    "That can be because main has moved on, a file was renamed, or the branch has commits of an earlier pull request. Once the branch contains main's tip, the page shows all of it.",
  ];
  return { title: "The merge would do something else than this page shows", lines, fix };
}

const SHOWN = 50;

/** Each is the rest of a sentence that begins with the path. */
const WHY: Record<ForeignReason, string> = {
  mixed: "would be neither what this branch has nor what main has: git merges both",
  foreign: "would change on main, though this branch does not change it",
  hidden: "would change, but this page compares it with something else than main has, and does not show all of it",
  lost: "is shown as a change here, and would not arrive on main",
  folder: "belongs to the same request and is different on main: nobody has seen both together",
};

/** The one command that makes the page show what would be merged. */
export function updateStep(number: number): string {
  return `update the branch, with the button or \`gh pr update-branch ${number}\``;
}
