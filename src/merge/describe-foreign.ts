import type { Problem } from "../problem/problem.ts";
import type { ForeignReason } from "./find-foreign-paths.ts";

/** A commit of main, and the pull request's last commit that it merged. */
export interface MergedCommit {
  commit: string;
  /** Main before. */
  before: string;
  /** null where it is not known. */
  head: string | null;
}

/** Why something is on main that should not be: a lost change is not. `kept` is a lock or a permit among files of people. */
export type ArrivedReason = Exclude<ForeignReason, "lost"> | "kept";

export interface ArrivedPath {
  path: string;
  reason: ArrivedReason;
}

/** What somebody reads who looks through a history: the commit, the path, why, and how to see the difference. */
export function describeForeign({ path, reason }: ArrivedPath, merged: MergedCommit): Problem {
  const { what, why } = WORDS[reason];
  const head = merged.head === null ? "its pull request" : `its pull request's head ${short(merged.head)}`;
  return problemOf(path, {
    what: `commit ${short(merged.commit)} ${what.replace("{head}", head)}`,
    why,
    fix: `read it with git diff ${short(merged.before)} ${short(merged.commit)} -- '${path}'; ${nextStep(path)}`,
  });
}

/** A merge of several pull requests at once, which GitHub never makes. */
export function describeOctopus(commit: string, parents: number): Problem {
  return problemOf("environments", {
    what: `commit ${short(commit)} has ${parents} parents`,
    why: "GitHub merges one pull request at a time: somebody made this commit by hand and pushed it to main",
    fix: `read it with git show -m --first-parent ${short(commit)}, and have its changes reviewed, or reverted, in a pull request`,
  });
}

const OTHER_CONTENT = {
  what: "brings content to main that {head} does not have",
  why: "checks and reviewers saw the head: what the merge itself adds, or carries along by a rename, nobody has seen",
};

const WORDS: Record<ArrivedReason, { what: string; why: string }> = {
  kept: {
    what: "changes a permit or a lock together with files of people",
    why: "only commits of Seedbed's App alone write permits and locks",
  },
  mixed: OTHER_CONTENT,
  foreign: OTHER_CONTENT,
  hidden: {
    what: "brings a change to main that {head} did not show",
    why: "the branch and main have another commit in common that has it already, so the pull request's difference left it out",
  },
  folder: {
    what: "changes this request, but leaves this file other than {head} has it",
    why: "an approval is for the request as a whole, and nobody has seen these files together",
  },
};

function nextStep(path: string): string {
  const more = "what was not wanted is reverted in a pull request";
  if (!path.startsWith(".github")) return `have the request reviewed as it is now; ${more}`;
  return `${more}, and the secrets of every source are changed if a workflow could have read them`;
}

function problemOf(path: string, words: Pick<Problem, "what" | "why" | "fix">): Problem {
  const docs = "docs/reference/verify.md#merge-unreviewed";
  return { severity: "error", code: "merge-unreviewed", path, line: 1, column: 1, ...words, docs };
}

function short(commit: string): string {
  return commit.slice(0, 12);
}
