import { type Digest, digestOfBytes } from "../digests/digest.ts";
import { folderOf } from "../database/database-folder.ts";
import type { Lock } from "../lock/lock.ts";
import { highestGeneration } from "../lock/advance-lock.ts";
import type { Parsed, Problem } from "../problem/problem.ts";
import { type ApprovalKeys, parseApproval } from "./parse-approval.ts";
import { approvalDigest, type Permit } from "./permit.ts";
import { compareLocks } from "./compare-locks.ts";

/** One commit that changed the lock of a database, with the relevant files at that commit. */
export interface LockCommit {
  commit: string;
  /** The lock, or why there is none that holds. */
  lock: Parsed<Lock>;
  /** Why other files of that commit cannot be compared with any permit. */
  unreadable: Problem[];
  /** Bytes of approval.yaml; null where there is none. */
  approval: Uint8Array | null;
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
    const found = [...compareLocks(before, lock), ...(judged ? checkAttempt(lock, entry, history.repositoryId) : [])];
    problems.push(...found.map((what) => problemOf(path, atCommit(entry, what))));
    before = lock;
  }
  return problems;
}

/** Whether this commit recorded a run: otherwise it may only have raised `reset`. */
function recordsAttempt(before: Lock | null, lock: Lock): boolean {
  return highestGeneration(lock) > (before === null ? 0 : highestGeneration(before));
}

function checkAttempt(lock: Lock, entry: LockCommit, repositoryId: string | null): string[] {
  const attempt = lock.last_attempt;
  if (attempt === undefined) return ["the lock has a generation without an attempt"];
  if (entry.keys.length === 0) return checkWithoutKeys(attempt.approval, entry);
  if (attempt.approval === null || entry.approval === null)
    return ["the lock records a run without an approval, but the settings require one"];
  if (attempt.approval !== approvalDigest(entry.approval)) return ["approval.yaml is not the one that the lock names"];
  const verified = parseApproval(entry.approval, entry.keys);
  if (!verified.ok) return [verified.fault.what.replace(/\.$/, "")];
  return checkPermitFits(verified.permit, { lock, entry, repositoryId });
}

interface Standing {
  lock: Lock;
  entry: LockCommit;
  repositoryId: string | null;
}

function checkWithoutKeys(approval: Digest | null, { hadKeys }: LockCommit): string[] {
  if (approval !== null) return ["the lock names an approval, but the settings have no key that could have signed it"];
  return hadKeys ? ["the lock records a run without an approval, after the keys were removed from the settings"] : [];
}

function checkPermitFits(permit: Permit, { lock, entry, repositoryId }: Standing): string[] {
  const attempt = lock.last_attempt;
  const found: string[] = [];
  if (permit.database !== lock.database) found.push(`the permit is for ${permit.database}`);
  if (repositoryId !== null && permit.repository.id !== repositoryId)
    found.push(`the permit is for repository ${permit.repository.id}, not ${repositoryId}`);
  if (permit.work === "apply") found.push("the permit only allows applying changes, not seeding");
  if (permit.generation !== attempt?.generation)
    found.push(`the permit is for generation ${permit.generation}, but the lock has ${attempt?.generation}`);
  if (attempt?.outcome === "seeded" && lock.seed?.source !== permit.source)
    found.push(`the permit is for source ${permit.source}, but the lock's seed is from ${lock.seed?.source}`);
  return [...found, ...compareRequest(permit.request, entry.request)];
}

function compareRequest(permitted: Record<string, Digest>, files: Record<string, string>): string[] {
  const paths = [...new Set([...Object.keys(permitted), ...Object.keys(files)])].toSorted();
  return paths.flatMap((path) => {
    const text = Object.hasOwn(files, path) ? files[path] : undefined;
    if (text === undefined) return [`the permit covers ${path}, which does not exist`];
    if (!Object.hasOwn(permitted, path)) return [`${path} is not covered by the permit`];
    return digestOfBytes(text) === permitted[path] ? [] : [`${path} differs from what the permit covers`];
  });
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
