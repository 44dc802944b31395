import type { SigningKey } from "../../src/permit/sign-approval.ts";
import { renderPublicKey } from "../../src/crypto/ed25519-key.ts";
import { SeedbedError } from "../../src/problem/error.ts";
import type { Log } from "../../src/ports/log.ts";
import type { Settings } from "../../src/settings/settings.ts";
import { runTitle } from "../../src/templates/run-title.ts";
import type { Hub } from "../hub/hub.ts";
import { decideMain } from "../decide/main/decide-main.ts";
import type { MainOutputs, MainState, Writing } from "../decide/main/main-state.ts";
import { NO_RULES, NO_RULES_FIX } from "../decide/pull/no-rules.ts";
import type { MainMemory } from "../observe/main/main-memory.ts";
import { readMainState } from "../observe/main/read-main-state.ts";
import { readOldRuns } from "../observe/main/read-old-runs.ts";
import { removeOldRuns } from "../write/remove-old-runs.ts";
import { writeComments } from "../write/write-comments.ts";
import { writeMain } from "../write/write-main.ts";

export interface MainPorts {
  signingKey: SigningKey;
  /** From `createMemory()`, the same for every reconciler of a process. */
  memory: MainMemory;
  log: Pick<Log, "info" | "warn">;
}

/** What one reconciliation of main did. */
export interface MainReport {
  commits: string[];
  dispatched: string[];
  cancelled: string[];
  /** Runs of an earlier provision.yml that were deleted. */
  removed: string[];
  comments: number;
  /** False if main kept moving meanwhile: reconcile again soon. */
  settled: boolean;
}

/** More rounds than commits, runs and comments can need; if main moves faster than that, the next reconciliation continues. */
const ROUNDS = 12;

/** A cancelled run that is still running after this time is cancelled again. */
const STOPS_WITHIN = 5 * 60_000;

/** Codes of errors that the same commit, or the same start of a run, would get again. */
const REFUSED = new Set(["github-refused", "main-path-forbidden"]);

/**
 * Reads main and writes what is missing or out of date, until nothing is: one object for one reconciliation. Every commit
 * names the head that was read, and the bot keeps no state: several bots may do this at the same time, and each may be
 * killed at any point.
 */
export class MainReconciler {
  private readonly hub: Hub;
  private readonly signingKey: SigningKey;
  private readonly memory: MainMemory;
  private readonly log: MainPorts["log"];
  private readonly report: MainReport = {
    commits: [],
    dispatched: [],
    cancelled: [],
    removed: [],
    comments: 0,
    settled: true,
  };
  private readonly writing: Writing = { refused: new Map(), alone: false };
  /** Thrown once everything else is done. */
  private readonly errors: unknown[] = [];

  constructor(hub: Hub, { signingKey, memory, log }: MainPorts) {
    this.hub = hub;
    this.signingKey = signingKey;
    this.memory = memory;
    this.log = log;
  }

  async run(): Promise<MainReport> {
    if (!(await this.hasRules())) return this.finish();
    for (let round = 0; round < ROUNDS + this.writing.refused.size; round += 1) {
      const state = await this.observe();
      if (state === null) return this.finish();
      const outputs = this.decide(state);
      // Both change what was observed.
      if (await this.commit(state, outputs)) continue;
      if (await this.start(state, outputs)) continue;
      // Comment first, cancel second: a bot that is killed in between neither repeats a comment nor skips one.
      await this.comment(state, outputs);
      await this.stop(state, outputs);
      // Last, because everything that an old run was needed for is written by now.
      await this.remove(state);
      return this.finish();
    }
    this.report.settled = false;
    return this.finish();
  }

  private async hasRules(): Promise<boolean> {
    if ((await this.hub.people.branchRules(this.hub.repository.defaultBranch)) !== null) return true;
    this.log.warn(`Nothing is permitted or started. ${NO_RULES} To do: ${NO_RULES_FIX}.`);
    return false;
  }

  private async observe(): Promise<MainState | null> {
    const state = await readMainState(this.hub, this.memory);
    if (state === null)
      this.log.warn(`${this.hub.repository.defaultBranch} has no valid settings: nothing is permitted or started.`);
    return state;
  }

  private decide(state: MainState): MainOutputs {
    return decideMain(state, this.usableKey(state.settings), this.writing);
  }

  /** The bot's key if the settings on main list it; otherwise nobody would accept its signatures. */
  private usableKey(settings: Settings): SigningKey | null {
    const { id, privateKey } = this.signingKey;
    const mine = renderPublicKey(privateKey);
    if (settings.approval.keys.some((key) => key.id === id && key.public_key === mine)) return this.signingKey;
    this.log.warn(`approval.keys in the settings do not contain the bot's key ${id}: nothing is signed.`);
    return null;
  }

  /** True if main has, or may have, another head now. */
  private async commit({ head }: MainState, { commit }: MainOutputs): Promise<boolean> {
    if (commit === null) return false;
    // What is written is decided from what was read just now.
    if (this.memory.origins.forget(commit.databases)) return true;
    try {
      const done = await writeMain(this.hub, head, commit);
      if (done === "moved") return true;
      this.log.info(`committed ${done.sha} on main: ${commit.message.split("\n")[0]}`);
      this.report.commits.push(done.sha);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // A refused database must not stop the others: they are written one by one, and its comment says why it was refused.
      const [database = "", ...others] = commit.databases;
      if (others.length > 0) this.writing.alone = true;
      else {
        this.refuse(database, error);
        this.errors.push(error);
      }
    }
    return true;
  }

  /** True if runs were to be started. */
  private async start(state: MainState, { dispatches }: MainOutputs): Promise<boolean> {
    for (const dispatch of dispatches) await this.startRun(state, dispatch);
    return dispatches.length > 0;
  }

  private async startRun({ now }: MainState, dispatch: MainOutputs["dispatches"][number]): Promise<void> {
    const title = runTitle(dispatch);
    this.memory.started.set(title, now);
    try {
      const run = await this.hub.actions.dispatch(dispatch);
      this.log.info(`started run ${run}: ${title}`);
      this.report.dispatched.push(run);
    } catch (error) {
      this.errors.push(error);
      if (!isRefusal(error)) return;
      // Nothing was started, and the database's comment says why.
      this.memory.started.delete(title);
      this.refuse(dispatch.database, error);
    }
  }

  private async comment({ now }: MainState, outputs: MainOutputs): Promise<void> {
    const { written, errors } = await writeComments(this.hub, outputs, { threads: this.memory.threads, now });
    this.report.comments += written;
    this.errors.push(...errors);
  }

  private async stop({ now }: MainState, { cancellations }: MainOutputs): Promise<void> {
    const { cancelled } = this.memory;
    for (const { run, attempt, why } of cancellations) {
      const key = `${run}/${attempt}`;
      if ((cancelled.get(key) ?? 0) > now - STOPS_WITHIN) continue;
      await this.collectError(async () => {
        await this.hub.actions.cancel(run);
        cancelled.set(key, now);
        this.log.info(`cancelled run ${run}: ${why}`);
        this.report.cancelled.push(run);
      });
    }
    for (const [key, at] of cancelled) if (at <= now - STOPS_WITHIN) cancelled.delete(key);
  }

  private async remove(state: MainState): Promise<void> {
    await this.collectError(async () => {
      const old = await readOldRuns(this.hub, state, this.memory.oldRuns);
      if (old !== null) this.report.removed = await removeOldRuns(this.hub, state, { old, log: this.log });
    });
  }

  /** The refusal of a database goes into its comment, and nothing of it is written again in this reconciliation. */
  private refuse(database: string, { message, fix }: SeedbedError): void {
    this.writing.refused.set(database, { why: message, fix });
  }

  private async collectError(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.errors.push(error);
    }
  }

  private finish(): MainReport {
    const { errors } = this;
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) throw new AggregateError(errors, errors.map(String).join("\n"));
    return this.report;
  }
}

function isRefusal(error: unknown): error is SeedbedError {
  return error instanceof SeedbedError && REFUSED.has(error.code);
}
