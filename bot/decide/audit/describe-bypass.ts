import { inlineCode } from "../../../src/text/markdown.ts";
import type { PushFacts } from "../../hub/pulls.ts";
import { isNothing } from "./find-bypasses.ts";

export interface BypassFacts {
  push: PushFacts;
  branch: string;
  /** Paths in environments/ and .github/ that it changed without an approval; null if the two commits cannot be compared. */
  paths: string[] | null;
  /** Numbers of the pull requests that were merged; null for a push. */
  pulls: number[] | null;
}

const SHOWN = 30;
/** GitHub refuses a comment above 65,536 characters, and whoever pushes chooses the paths: no name may silence the alarm. */
const LONGEST_PATH = 200;

/** The note about one update of main that nobody approved: who, what, when, what it means and what to do. */
export function describeBypass({ push, branch, paths, pulls }: BypassFacts): string {
  return [
    `⚠️ ${whoOf(push)} ${pulls === null ? `${whatOf(push, branch)} at ${push.at}, without a pull request` : mergeOf(pulls, branch, push)}: ${rangeOf(push)}`,
    "",
    ...(pulls === null ? describePaths(paths) : describeUncovered(paths)),
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

function mergeOf(pulls: readonly number[], branch: string, { at }: PushFacts): string {
  const names = pulls.length === 0 ? "something" : pulls.map((number) => `#${number}`).join(", ");
  return `merged ${names} into ${inlineCode(branch)} at ${at}, and no approval covers all of it`;
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
  return listPaths("It changed:", paths);
}

function describeUncovered(paths: string[] | null): string[] {
  return paths === null ? describePaths(paths) : listPaths("No approval covers what is on main now at:", paths);
}

function listPaths(heading: string, paths: readonly string[]): string[] {
  const rest = paths.length - SHOWN;
  return [
    heading,
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
