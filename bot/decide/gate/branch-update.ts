import type { CheckFacts } from "../../hub/checks.ts";
import { changesBetween, digestOfApproved } from "./change-set.ts";
import type { FileEntry } from "../../../src/merge/list-changed-paths.ts";

/** A push that merged a commit of main into a pull request's branch: *Update branch*, or the same by hand. */
export interface BranchUpdate {
  /** The head before, the merge commit that is the head after, and the commit of main that it merged. */
  before: string;
  after: string;
  merged: string;
  /** What environments/ and .github/ have at each of them, and at the merge base of `before` and `merged`. */
  entries: Record<"before" | "after" | "merged" | "base", FileEntry[]>;
  /** The checks of the head before. */
  checks: CheckFacts[];
}

/**
 * Whether an update brings nothing but main: every path has the bytes of the head before or of main, and what the branch changes
 * of main is, to the byte, what it changed before. Whoever pushed it has contributed nothing.
 */
export function isPureUpdate({ entries }: BranchUpdate): boolean {
  const { before, after, merged, base } = entries;
  const [own, main] = [index(before), index(merged)];
  const chosen = index(after);
  const paths = new Set([...own.keys(), ...main.keys(), ...chosen.keys()]);
  const isEither = (path: string) => [own.get(path), main.get(path)].includes(chosen.get(path));
  if (![...paths].every(isEither)) return false;
  const [now, then] = [changesBetween(merged, after), changesBetween(base, before)];
  return now.kept.length === 0 && digestOfApproved(now) === digestOfApproved(then);
}

function index(entries: readonly FileEntry[]): Map<string, string> {
  return new Map(entries.map(({ path, mode, blob }) => [path, `${mode} ${blob}`]));
}
