import { createPublicKey } from "node:crypto";
import type { SigningKey } from "../../src/approval/sign-approval.ts";
import type { Log } from "../../src/ports.ts";
import type { Settings } from "../../src/settings/settings.ts";
import type { Hub } from "../hub.ts";
import { writeMain } from "./commits/write-main.ts";
import { runTitle } from "./dispatch/decide-runs.ts";
import type { MainOutputs } from "./main-state.ts";
import { readMainState, type MainMemory } from "./read/read-main-state.ts";
import { reconcileMain } from "./reconcile-main.ts";
import { writeWords } from "./story/write-words.ts";

export interface MainPorts {
  signingKey: SigningKey;
  /** Of this process, the same in every call: `createMemory()`. */
  memory: MainMemory;
  log: Pick<Log, "info" | "warn">;
}

/** What one look at main did. */
export interface MainReport {
  commits: string[];
  dispatched: string[];
  cancelled: string[];
  comments: number;
  /** False when main kept moving under us: look again soon. */
  settled: boolean;
}

/** More than commits, runs and words of one look can need; main that moves faster waits for the next look. */
const ROUNDS = 12;

/**
 * Looks at main and writes what differs from what it should be, until nothing does. Every write names the head that it saw, and
 * everything can be read again: any number of bots may do this at the same time, and any of them may die anywhere.
 */
export async function reconcileMainOnce(hub: Hub, ports: MainPorts): Promise<MainReport> {
  const report: MainReport = { commits: [], dispatched: [], cancelled: [], comments: 0, settled: true };
  for (let round = 0; round < ROUNDS; round += 1) {
    const state = await readMainState(hub, ports.memory);
    if (state === null) {
      ports.log.warn(`${hub.repository.defaultBranch} has no settings that hold: nothing is permitted or started.`);
      return report;
    }
    const outputs = reconcileMain(state, usableKey(state.settings, ports));
    if (await writeCommit(hub, { head: state.head, outputs, report, ports })) continue;
    if (await startRuns(hub, { now: state.now, outputs, report, ports })) continue;
    report.comments += await writeWords(hub, outputs.stories, outputs.notes);
    // Said first, done then: a bot that dies in between says nothing twice and leaves nothing unsaid.
    await stopRuns(hub, { now: state.now, outputs, report, ports });
    return report;
  }
  return { ...report, settled: false };
}

interface Work {
  outputs: MainOutputs;
  report: MainReport;
  ports: MainPorts;
}

async function writeCommit(hub: Hub, { head, outputs, report, ports }: Work & { head: string }): Promise<boolean> {
  if (outputs.commit === null) return false;
  const done = await writeMain(hub, head, outputs.commit);
  if (done === "moved") return true;
  ports.log.info(`committed ${done.sha} on main: ${outputs.commit.message.split("\n")[0]}`);
  report.commits.push(done.sha);
  return true;
}

async function startRuns(hub: Hub, { now, outputs, report, ports }: Work & { now: number }): Promise<boolean> {
  for (const wish of outputs.dispatches) {
    const title = runTitle(wish);
    ports.memory.started.set(title, now);
    const run = await hub.actions.dispatch(wish);
    ports.log.info(`started run ${run}: ${title}`);
    report.dispatched.push(run);
  }
  return outputs.dispatches.length > 0;
}

/** A run that was asked to stop is asked again when it still runs after this time. */
const STOPS_WITHIN = 5 * 60_000;

async function stopRuns(hub: Hub, { now, outputs, report, ports }: Work & { now: number }): Promise<void> {
  const { cancelled } = ports.memory;
  for (const { run, attempt, why } of outputs.cancellations) {
    const key = `${run}/${attempt}`;
    if ((cancelled.get(key) ?? 0) > now - STOPS_WITHIN) continue;
    await hub.actions.cancel(run);
    cancelled.set(key, now);
    ports.log.info(`cancelled run ${run}: ${why}`);
    report.cancelled.push(run);
  }
  for (const [key, at] of cancelled) if (at <= now - STOPS_WITHIN) cancelled.delete(key);
}

/** The bot's key, where the settings on main know it: a signature that nobody accepts is not made. */
function usableKey(settings: Settings, { signingKey, log }: MainPorts): SigningKey | null {
  const publicKey = createPublicKey(signingKey.privateKey).export({ format: "der", type: "spki" }).toString("base64");
  const known = settings.approval.keys.some(({ id, public_key }) => id === signingKey.id && public_key === publicKey);
  if (known) return signingKey;
  log.warn(`approval.keys of the settings do not have the bot's key ${signingKey.id}: nothing is signed.`);
  return null;
}
