import { inlineCode } from "../../../src/text/markdown.ts";
import type { PushFacts } from "../../hub/pulls.ts";
import { isNothing } from "./find-bypasses.ts";

export interface BypassFacts {
  push: PushFacts;
  branch: string;
  /** Changed paths in environments/ and .github/; null if the two commits cannot be compared. */
  paths: string[] | null;
}

const SHOWN = 30;
/** GitHub refuses a comment above 65,536 characters, and whoever pushes chooses the paths: no name may silence the alarm. */
const LONGEST_PATH = 200;

/** The note about one push to main past the rules: who, what, when, what it means and what to do. */
export function describeBypass({ push, branch, paths }: BypassFacts): string {
  return [
    `⚠️ ${whoOf(push)} ${whatOf(push, branch)} at ${push.at}, without a pull request: ${rangeOf(push)}`,
    "",
    ...describePaths(paths),
    "",
    "Nothing of this is approved or signed. A request that it changed is exported only after a DBA of its source, who neither wrote nor pushed it, has read it and starts *Run workflow* of provision.yml.",
    "",
    `**Next:** the platform team finds out why ${whoOf(push)} did this, reads the difference, and reverts it in a pull request if it is not wanted. ${moreOf(push, paths)}`.trim(),
  ].join("\n");
}

function whoOf({ actor }: PushFacts): string {
  return actor === null ? "An account that GitHub does not name" : `@${actor.login}`;
}

function whatOf({ kind }: PushFacts, branch: string): string {
  const known: Record<string, string> = {
    push: "pushed to",
    force_push: "force-pushed to",
    branch_creation: "created",
    branch_deletion: "deleted",
  };
  return `${known[kind] ?? `changed (${inlineCode(kind)})`} ${inlineCode(branch)}`;
}

function rangeOf({ before, after }: PushFacts): string {
  const range = `\`${shortOf(before)}..${shortOf(after)}\``;
  return isNothing(before) || isNothing(after) ? range : `${range} ([difference](../compare/${before}...${after}))`;
}

function shortOf(sha: string): string {
  return isNothing(sha) ? "(none)" : sha.slice(0, 7);
}

function describePaths(paths: string[] | null): string[] {
  if (paths === null)
    return ["What it changed cannot be read: GitHub does not have both commits any more, or the tree is too large."];
  if (paths.length === 0) return ["It changed nothing in `environments/` and `.github/`."];
  const rest = paths.length - SHOWN;
  return [
    "It changed:",
    "",
    ...paths.slice(0, SHOWN).map((path) => `- ${inlineCode(cutPath(path))}`),
    ...(rest > 0 ? [`- … and ${rest} more`] : []),
  ];
}

function cutPath(path: string): string {
  return path.length <= LONGEST_PATH ? path : `${path.slice(0, LONGEST_PATH)}…`;
}

function moreOf({ kind }: PushFacts, paths: string[] | null): string {
  const workflows = paths === null || paths.some((path) => path.startsWith(".github/"));
  const lost = kind === "force_push" || kind === "branch_deletion";
  return [
    ...(workflows
      ? ["A workflow on this branch can read the credentials of every source: if in doubt, change them."]
      : []),
    ...(lost ? ["Commits may be gone with it: `seedbed verify` shows whether locks and permits still fit."] : []),
  ].join(" ");
}
