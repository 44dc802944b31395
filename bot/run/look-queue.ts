import type { Clock } from "../../src/ports.ts";

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
  const waiting = new Set<string>();
  const running = new Map<string, Promise<void>>();
  const stopping = new AbortController();
  let settled: (() => void)[] = [];
  const settle = () => {
    if (waiting.size > 0 || running.size > 0) return;
    for (const resolve of settled) resolve();
    settled = [];
  };
  const pump = () => {
    for (const key of waiting) {
      if (running.size >= options.workers || stopping.signal.aborted) break;
      if (running.has(key)) continue;
      waiting.delete(key);
      // Never synchronously: a look that marks its own key must already be in `running`.
      const begun = Promise.resolve().then(() => lookUntilDone(options, key, stopping.signal));
      const work = begun.finally(() => {
        running.delete(key);
        pump();
        settle();
      });
      running.set(key, work);
    }
  };
  return {
    mark: (key) => {
      if (stopping.signal.aborted) return;
      waiting.add(key);
      pump();
    },
    idle: () =>
      waiting.size === 0 && running.size === 0 ? Promise.resolve() : new Promise((done) => settled.push(done)),
    stop: async () => {
      stopping.abort();
      waiting.clear();
      await Promise.all(running.values());
    },
  };
}

/** Looks until there is nothing left to do; a failed look is repeated after growing pauses and never throws. */
async function lookUntilDone(options: QueueOptions, key: string, signal: AbortSignal): Promise<void> {
  let attempt = 0;
  for (let round = 0; round < ROUNDS && attempt < ATTEMPTS && !signal.aborted; round += 1) {
    const outcome = await lookOnce(options, key, attempt + 1);
    if (outcome === "done") return;
    if (outcome === "again") continue;
    attempt += 1;
    await options.clock.sleep(pauseAfter(attempt), signal).catch(() => undefined);
  }
}

async function lookOnce({ look, failed }: QueueOptions, key: string, attempt: number): Promise<Looked | "failed"> {
  try {
    return await look(key);
  } catch (error) {
    failed(key, { error, attempt, next: attempt < ATTEMPTS ? pauseAfter(attempt) : null });
    return "failed";
  }
}

function pauseAfter(attempt: number): number {
  return Math.min(LONGEST_PAUSE, 1000 * 2 ** attempt);
}
