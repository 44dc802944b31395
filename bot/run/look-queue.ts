import type { Clock } from "../../src/ports.ts";

/** What looking came to: `again` asks for another look at once. */
export type Looked = "done" | "again";

export interface LookQueue {
  /** Says that something may have changed; any number of marks before a look make one look. */
  mark(key: string): void;
  /** Resolves when nothing waits and nothing runs. */
  idle(): Promise<void>;
  /** Takes no more marks and waits for the looks that run. */
  stop(): Promise<void>;
}

export interface QueueOptions {
  look: (key: string) => Promise<Looked>;
  clock: Clock;
  /** How many keys are looked at side by side; one key never is. */
  workers: number;
  failed: (key: string, failure: { error: unknown; attempt: number; next: number | null }) => void;
}

/** After so many failures in a row a key waits for its next mark or the sweep. */
const ATTEMPTS = 6;
/** `again` without an end is a fault of ours: the sweep goes on from there. */
const ROUNDS = 10;
const LONGEST_PAUSE = 60_000;

/** A queue of keys to look at, in this process alone: a lost one is found again by the sweep. */
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
      // Never at once: a look that marks its own key must find itself running.
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

/** Looks until there is nothing more to do; failures are repeated after growing pauses, and never leave here. */
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
