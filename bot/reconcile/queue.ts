import type { Clock } from "../../src/ports/clock.ts";

/** The outcome of a look: `again` asks for another one at once. */
export type Looked = "done" | "again";

export interface LookQueue {
  /** Notes that something may have changed; all marks before a look lead to a single look. */
  mark(key: string): void;
  /** Resolves when no key is waiting and no look is running. */
  idle(): Promise<void>;
  /** Accepts no more marks and waits for the running looks. */
  stop(): Promise<void>;
}

export interface QueueOptions {
  look: (key: string) => Promise<Looked>;
  clock: Clock;
  /** How many keys are looked at in parallel; a single key never is. */
  workers: number;
  failed: (key: string, failure: { error: unknown; attempt: number; next: number | null }) => void;
}

/** After this many failures in a row, a key waits for its next mark or for the sweep. */
const ATTEMPTS = 6;
/** An endless `again` would be a bug in the bot: after this many rounds the sweep takes over. */
const ROUNDS = 10;
const LONGEST_PAUSE = 60_000;

/** A queue of keys to look at, in memory only: the sweep finds whatever is lost with the process. */
export function createLookQueue(options: QueueOptions): LookQueue {
  return new MemoryQueue(options);
}

class MemoryQueue implements LookQueue {
  private readonly options: QueueOptions;
  private readonly waiting = new Set<string>();
  private readonly looking = new Map<string, Promise<void>>();
  /** Keys whose look has failed, until their next attempt: they take no worker from the others. */
  private readonly pausing = new Map<string, Promise<void>>();
  /** Failures in a row. */
  private readonly failures = new Map<string, number>();
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
    await Promise.all([...this.looking.values(), ...this.pausing.values()]);
  }

  private isIdle(): boolean {
    return this.waiting.size + this.looking.size + this.pausing.size === 0;
  }

  private pump(): void {
    for (const key of this.waiting) {
      if (this.looking.size >= this.options.workers || this.stopping.signal.aborted) break;
      if (this.looking.has(key) || this.pausing.has(key)) continue;
      this.waiting.delete(key);
      // Never synchronously: a look that marks its own key must already be in `looking`.
      const begun = Promise.resolve().then(() => this.lookUntilDone(key));
      this.looking.set(
        key,
        begun.finally(() => this.leave(this.looking, key)),
      );
    }
    if (!this.isIdle()) return;
    for (const resolve of this.idlers) resolve();
    this.idlers = [];
  }

  private leave(place: Map<string, Promise<void>>, key: string): void {
    place.delete(key);
    this.pump();
  }

  private async lookUntilDone(key: string): Promise<void> {
    for (let round = 0; round < ROUNDS && !this.stopping.signal.aborted; round += 1) {
      const outcome = await this.lookOnce(key);
      if (outcome === "failed") return this.pause(key);
      this.failures.delete(key);
      if (outcome === "done") return;
    }
  }

  private async lookOnce(key: string): Promise<Looked | "failed"> {
    try {
      return await this.options.look(key);
    } catch (error) {
      const attempt = (this.failures.get(key) ?? 0) + 1;
      this.failures.set(key, attempt);
      this.options.failed(key, { error, attempt, next: attempt < ATTEMPTS ? pauseAfter(attempt) : null });
      return "failed";
    }
  }

  /** After a growing pause the key is looked at again; after too many failures its next mark begins anew. */
  private pause(key: string): void {
    const attempt = this.failures.get(key) ?? 0;
    if (attempt >= ATTEMPTS) {
      this.failures.delete(key);
      return;
    }
    const slept = this.options.clock.sleep(pauseAfter(attempt), this.stopping.signal).then(
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

function pauseAfter(attempt: number): number {
  return Math.min(LONGEST_PAUSE, 1000 * 2 ** attempt);
}
