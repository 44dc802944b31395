import { GitHubFailure } from "../../src/github/failure.ts";
import type { Clock } from "../../src/ports/clock.ts";

/** `again` asks for another reconciliation at once, `later` for one after a growing pause, and in the end with the next sweep. */
export type Reconciled = "done" | "again" | "later";

export interface ReconcileQueue {
  /** Notes that something may have changed; all marks before a reconciliation lead to a single one. */
  mark(key: string): void;
  /** Resolves when no key is waiting and none is being reconciled. */
  idle(): Promise<void>;
  /** Accepts no more marks and waits for what is being reconciled. */
  stop(): Promise<void>;
}

export interface QueueOptions {
  /** `waits` counts how often in a row it has asked for `later`: at `MOST_WAITS` nothing comes any more by asking. */
  reconcile: (key: string, waits: number) => Promise<Reconciled>;
  clock: Clock;
  /** How many keys are reconciled in parallel; a single key never is. */
  workers: number;
  failed: (key: string, failure: { error: unknown; attempt: number; next: number | null }) => void;
}

/** So often in a row a reconciliation may ask for `later`: a minute and a half in all. */
export const MOST_WAITS = 5;
/** After this many failures in a row, a key waits for its next mark or for the sweep. */
const ATTEMPTS = 6;
/** An endless `again` would be a bug in the bot: after this many rounds the sweep takes over. */
const ROUNDS = 10;
const LONGEST_PAUSE = 60_000;

/** A queue of keys to reconcile, in memory only: the sweep finds whatever is lost with the process. */
export function createReconcileQueue(options: QueueOptions): ReconcileQueue {
  return new MemoryQueue(options);
}

class MemoryQueue implements ReconcileQueue {
  private readonly options: QueueOptions;
  private readonly waiting = new Set<string>();
  private readonly reconciling = new Map<string, Promise<void>>();
  /** Keys that have failed, until their next attempt: they take no worker from the others. */
  private readonly pausing = new Map<string, Promise<void>>();
  private readonly failures = new Map<string, Failures>();
  private readonly waits = new Map<string, number>();
  private readonly stopping = new AbortController();
  private idlers: (() => void)[] = [];

  constructor(options: QueueOptions) {
    this.options = options;
  }

  mark(key: string): void {
    if (this.stopping.signal.aborted) return;
    this.waiting.add(key);
    this.pump();
  }

  idle(): Promise<void> {
    return this.isIdle() ? Promise.resolve() : new Promise((done) => this.idlers.push(done));
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.waiting.clear();
    await Promise.all([...this.reconciling.values(), ...this.pausing.values()]);
  }

  private isIdle(): boolean {
    return this.waiting.size + this.reconciling.size + this.pausing.size === 0;
  }

  private pump(): void {
    for (const key of this.waiting) {
      if (this.reconciling.size >= this.options.workers || this.stopping.signal.aborted) break;
      if (this.reconciling.has(key) || this.pausing.has(key)) continue;
      this.waiting.delete(key);
      // Never synchronously: a reconciliation that marks its own key must already be in `reconciling`.
      const begun = Promise.resolve().then(() => this.reconcileUntilDone(key));
      this.reconciling.set(
        key,
        begun.finally(() => this.leave(this.reconciling, key)),
      );
    }
    if (!this.isIdle()) return;
    for (const resolve of this.idlers) resolve();
    this.idlers = [];
  }

  private leave(among: Map<string, Promise<void>>, key: string): void {
    among.delete(key);
    this.pump();
  }

  private async reconcileUntilDone(key: string): Promise<void> {
    for (let round = 0; round < ROUNDS && !this.stopping.signal.aborted; round += 1) {
      const outcome = await this.reconcileOnce(key);
      if (outcome === "failed") return this.retry(key);
      this.failures.delete(key);
      if (outcome === "later") return this.wait(key);
      this.waits.delete(key);
      if (outcome === "done") return;
    }
  }

  private async reconcileOnce(key: string): Promise<Reconciled | "failed"> {
    try {
      return await this.options.reconcile(key, this.waits.get(key) ?? 0);
    } catch (error) {
      const failures = countFailure(this.failures.get(key), error);
      this.failures.set(key, failures);
      this.options.failed(key, { error, attempt: failures.count, next: failures.pause });
      return "failed";
    }
  }

  /** After a growing pause the key is reconciled again; after too many failures its next mark begins anew. */
  private retry(key: string): void {
    const pause = this.failures.get(key)?.pause ?? null;
    if (pause === null) this.failures.delete(key);
    else this.pause(key, pause);
  }

  private wait(key: string): void {
    const waits = (this.waits.get(key) ?? 0) + 1;
    if (waits > MOST_WAITS) this.waits.delete(key);
    else this.waits.set(key, waits);
    if (waits <= MOST_WAITS) this.pause(key, pauseAfter(waits));
  }

  private pause(key: string, pause: number): void {
    const slept = this.options.clock.sleep(pause, this.stopping.signal).then(
      () => this.waiting.add(key),
      // The bot is stopping.
      () => undefined,
    );
    this.pausing.set(
      key,
      slept.then(() => this.leave(this.pausing, key)),
    );
  }
}

/** Failures of a key in a row, and the milliseconds to its next attempt; null if there is none. */
interface Failures {
  count: number;
  pause: number | null;
}

/** A limit of GitHub says nothing about the key: its pause is kept, and it is asked again however often. */
function countFailure(before: Failures = { count: 0, pause: 0 }, error: unknown): Failures {
  const asked = askedPause(error);
  const count = before.count + 1;
  if (asked > 0) return { count, pause: asked };
  return { count, pause: count < ATTEMPTS ? pauseAfter(count) : null };
}

/** How long GitHub answers nothing; of several errors the longest. */
function askedPause(error: unknown): number {
  if (error instanceof AggregateError) return Math.max(0, ...error.errors.map(askedPause));
  return error instanceof GitHubFailure ? error.wait : 0;
}

function pauseAfter(attempt: number): number {
  return Math.min(LONGEST_PAUSE, 1000 * 2 ** attempt);
}
