import type { SigningKey } from "../../src/permit/sign-approval.ts";
import { renderPublicKey } from "../../src/permit/ed25519-key.ts";
import { SeedbedError } from "../../src/problem/error.ts";
import type { Log } from "../../src/ports/log.ts";
import type { Settings } from "../../src/settings/settings.ts";
import type { Hub } from "../hub/hub.ts";
import { runTitle } from "../../src/templates/run-title.ts";
import { NO_RULES, NO_RULES_FIX } from "../decide/pull/no-rules.ts";
import { writeMain } from "../write/write-main.ts";
import type { MainOutputs, MainState, Writing } from "../decide/main/main-state.ts";
import { readOldRuns } from "../observe/main/read-old-runs.ts";
import { removeOldRuns } from "../write/remove-old-runs.ts";
import { readMainState, type MainMemory } from "../observe/main/read-main-state.ts";
import { reconcileMain } from "../decide/main/decide-main.ts";
import { writeComments } from "../write/write-comments.ts";

export interface MainPorts {
  signingKey: SigningKey;
  /** From `createMemory()`, the same in every call of a process. */
  memory: MainMemory;
  log: Pick<Log, "info" | "warn">;
}

/** What one check of main did. */
export interface MainReport {
  commits: string[];
  dispatched: string[];
  cancelled: string[];
  /** Runs of an earlier provision.yml that were deleted. */
  removed: string[];
  comments: number;
  /** False if main kept moving meanwhile: check again soon. */
  settled: boolean;
}

/** More rounds than commits, runs and comments can need; if main moves faster than that, the next check continues. */
const ROUNDS = 12;

/**
 * Reads main and writes what is missing or out of date, until nothing is. Every commit names the head that was read, and the
 * bot keeps no state: several bots may do this at the same time, and each may be killed at any point.
 */
export async function reconcileMainOnce(hub: Hub, ports: MainPorts): Promise<MainReport> {
  const report: MainReport = { commits: [], dispatched: [], cancelled: [], removed: [], comments: 0, settled: true };
  const writing: Writing = { refused: new Map(), alone: false };
  const errors: unknown[] = [];
  if ((await hub.people.branchRules(hub.repository.defaultBranch)) === null) {
    ports.log.warn(`Nothing is permitted or started. ${NO_RULES} To do: ${NO_RULES_FIX}.`);
    return report;
  }
  for (let round = 0; round < ROUNDS + writing.refused.size; round += 1) {
    const state = await readMainState(hub, ports.memory);
    if (state === null) {
      ports.log.warn(`${hub.repository.defaultBranch} has no valid settings: nothing is permitted or started.`);
      throwAll(errors);
      return report;
    }
    const outputs = reconcileMain(state, usableKey(state.settings, ports), writing);
    if (await writeCommit(hub, { head: state.head, outputs, report, ports, writing, errors })) continue;
    if (await startRuns(hub, { now: state.now, outputs, report, ports, writing, errors })) continue;
    const comments = await writeComments(hub, outputs);
    report.comments += comments.written;
    errors.push(...comments.errors);
    // Comment first, cancel second: a bot that is killed in between neither repeats a comment nor skips one.
    await stopRuns(hub, { now: state.now, outputs, report, ports, errors });
    await removeRuns(hub, state, { report, ports, errors });
    throwAll(errors);
    return report;
  }
  throwAll(errors);
  return { ...report, settled: false };
}

interface Work {
  outputs: MainOutputs;
  report: MainReport;
  ports: MainPorts;
  /** Thrown once everything else is done. */
  errors: unknown[];
}

type CommitWork = Work & { head: string; writing: Writing };
type StartWork = Work & { now: number; writing: Writing };
type StopWork = Work & { now: number };

async function writeCommit(hub: Hub, { head, outputs, report, ports, writing, errors }: CommitWork): Promise<boolean> {
  const { commit } = outputs;
  if (commit === null) return false;
  try {
    const done = await writeMain(hub, head, commit);
    if (done === "moved") return true;
    ports.log.info(`committed ${done.sha} on main: ${commit.message.split("\n")[0]}`);
    report.commits.push(done.sha);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    // A refused database must not stop the others: they are written one by one, and its comment says why it was refused.
    const [database = "", ...others] = commit.databases;
    if (others.length > 0) writing.alone = true;
    else {
      writing.refused.set(database, { why: error.message, fix: error.fix });
      errors.push(error);
    }
  }
  return true;
}

/** Codes of errors that the same commit, or the same start of a run, would get again. */
const REFUSED = new Set(["github-refused", "main-path-forbidden"]);

function isRefusal(error: unknown): error is SeedbedError {
  return error instanceof SeedbedError && REFUSED.has(error.code);
}

/** Throws the collected errors, once everything else is done. */
function throwAll(errors: readonly unknown[]): void {
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new AggregateError(errors, errors.map(String).join("\n"));
}

async function startRuns(hub: Hub, work: StartWork): Promise<boolean> {
  for (const order of work.outputs.dispatches) await startRun(hub, order, work);
  return work.outputs.dispatches.length > 0;
}

type Order = MainOutputs["dispatches"][number];

async function startRun(hub: Hub, order: Order, { now, report, ports, writing, errors }: StartWork): Promise<void> {
  const title = runTitle(order);
  ports.memory.started.set(title, now);
  try {
    const run = await hub.actions.dispatch(order);
    ports.log.info(`started run ${run}: ${title}`);
    report.dispatched.push(run);
  } catch (error) {
    errors.push(error);
    if (!isRefusal(error)) return;
    // Nothing was started, and the database's comment says why.
    ports.memory.started.delete(title);
    writing.refused.set(order.database, { why: error.message, fix: error.fix });
  }
}

/** A cancelled run that is still running after this time is cancelled again. */
const STOPS_WITHIN = 5 * 60_000;

async function stopRuns(hub: Hub, { now, outputs, report, ports, errors }: StopWork): Promise<void> {
  const { cancelled } = ports.memory;
  for (const { run, attempt, why } of outputs.cancellations) {
    const key = `${run}/${attempt}`;
    if ((cancelled.get(key) ?? 0) > now - STOPS_WITHIN) continue;
    try {
      await hub.actions.cancel(run);
      cancelled.set(key, now);
      ports.log.info(`cancelled run ${run}: ${why}`);
      report.cancelled.push(run);
    } catch (error) {
      errors.push(error);
    }
  }
  for (const [key, at] of cancelled) if (at <= now - STOPS_WITHIN) cancelled.delete(key);
}

/** Last, because everything that an old run was needed for is written by now. */
async function removeRuns(hub: Hub, state: MainState, { report, ports, errors }: Omit<Work, "outputs">): Promise<void> {
  try {
    const { memory, log } = ports;
    const old = await readOldRuns(hub, state, memory.oldRuns);
    if (old !== null) report.removed = await removeOldRuns(hub, state, { old, log });
  } catch (error) {
    errors.push(error);
  }
}

/** The bot's key if the settings on main list it; otherwise nobody would accept its signatures. */
function usableKey(settings: Settings, { signingKey, log }: MainPorts): SigningKey | null {
  const publicKey = renderPublicKey(signingKey.privateKey);
  const known = settings.approval.keys.some(({ id, public_key }) => id === signingKey.id && public_key === publicKey);
  if (known) return signingKey;
  log.warn(`approval.keys in the settings do not contain the bot's key ${signingKey.id}: nothing is signed.`);
  return null;
}
