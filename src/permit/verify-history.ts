import type { Digest } from "../crypto/digest.ts";
import { folderOf } from "../layout/database-folder.ts";
import type { Lock } from "../lock/lock.ts";
import { emptyLock, highestGeneration } from "../lock/advance-lock.ts";
import type { Parsed, Problem } from "../problem/problem.ts";
import { compareLocks } from "./compare-locks.ts";
import { judgePermit } from "./judge-permit.ts";
import type { ApprovalKeys } from "./parse-approval.ts";
import { approvalDigest } from "./permit.ts";
import type { ApprovalFile } from "./read-permit.ts";

/** One commit that changed the lock of a database, with the relevant files at that commit. */
export interface LockCommit {
  commit: string;
  /** The lock, or why there is none that holds. */
  lock: Parsed<Lock>;
  /** Why other files than the permit cannot be compared with it. */
  unreadable: Problem[];
  approval: ApprovalFile;
  /** Path relative to the request's folder to text; empty after a retirement. */
  request: Record<string, string>;
  /** `approval.keys` that counted before this commit; its own where there had been none. */
  keys: ApprovalKeys;
  /** Whether any settings before this commit had a key: from then on there is no run without a permit. */
  hadKeys: boolean;
}

export interface LockHistory {
  database: string;
  /** Oldest first. */
  commits: LockCommit[];
  /** The repository's id; null where it is unknown, for example offline. */
  repositoryId: string | null;
}

/**
 * Every deviation of a history from what permits allow: a success or failure without a valid permit for exactly
 * the request at that commit, a generation that decreases or repeats, a lock that changed without an attempt.
 */
export function verifyHistory(history: LockHistory): Problem[] {
  const problems: Problem[] = [];
  let before: Lock | null = null;
  for (const entry of history.commits) {
    const path = folderOf(history.database).lock;
    const wrong = entry.lock.ok ? entry.unreadable : [...entry.unreadable, ...entry.lock.problems];
    problems.push(...wrong.map((problem) => ({ ...problem, what: atCommit(entry, problem.what) })));
    if (!entry.lock.ok) continue;
    const lock = entry.lock.value;
    // What cannot be read is told already: nothing else can be said about the permit for it.
    const judged = recordsAttempt(before, lock) && entry.unreadable.length === 0;
    const { repositoryId } = history;
    const attempt = judged ? checkAttempt({ before, lock, entry, repositoryId }) : [];
    const found = [...compareLocks(before, lock), ...attempt];
    problems.push(...found.map((what) => problemOf(path, atCommit(entry, what))));
    before = lock;
  }
  return problems;
}

/** Whether this commit recorded a run: otherwise it may only have raised `reset`. */
function recordsAttempt(before: Lock | null, lock: Lock): boolean {
  return highestGeneration(lock) > (before === null ? 0 : highestGeneration(before));
}

interface Attempted {
  before: Lock | null;
  lock: Lock;
  entry: LockCommit;
  repositoryId: string | null;
}

function checkAttempt({ before, lock, entry, repositoryId }: Attempted): string[] {
  const attempt = lock.last_attempt;
  if (attempt === undefined) return ["the lock has a generation without an attempt"];
  const { approval, keys, request } = entry;
  if (keys.length === 0) return checkWithoutKeys(attempt.approval, entry);
  if (attempt.approval === null) return ["the lock records a run without an approval, but the settings require one"];
  if (typeof approval === "string" && attempt.approval !== approvalDigest(Buffer.from(approval)))
    return ["approval.yaml is not the one that the lock names"];
  const { database } = lock;
  const verdict = judgePermit({
    approval,
    keys,
    repositoryId,
    files: { database, files: request },
    // A failure does not say which source the request named: the bytes of the request decide then.
    source: attempt.outcome === "seeded" ? (lock.seed?.source ?? null) : null,
    lock: before ?? emptyLock(database),
    // When the run passed the door stands nowhere. `at` is when its result was written, which may be after the expiry.
    now: null,
  });
  const reasons = verdict.reasons.map(({ what }) => what.replace(/\.$/, ""));
  const generation = verdict.permit?.generation ?? attempt.generation;
  return generation === attempt.generation
    ? reasons
    : [...reasons, `the permit is for generation ${generation}, but the lock has ${attempt.generation}`];
}

function checkWithoutKeys(approval: Digest | null, { hadKeys }: LockCommit): string[] {
  if (approval !== null) return ["the lock names an approval, but the settings have no key that could have signed it"];
  return hadKeys ? ["the lock records a run without an approval, after the keys were removed from the settings"] : [];
}

function atCommit(entry: LockCommit, what: string): string {
  return `commit ${entry.commit.slice(0, 12)}: ${what}`;
}

function problemOf(path: string, what: string): Problem {
  return {
    severity: "error",
    code: "history-broken",
    path,
    line: 1,
    column: 1,
    what,
    why: "every lock must match a valid permit for exactly the request at its commit, and generations must never decrease",
    fix: "check that commit and its author, then have the request reviewed or reseeded again, which writes a new lock",
    docs: "docs/reference/verify.md",
  };
}
