import type { Outcome, PureCalls, PureFunctions } from "../pure-calls.ts";
import { WorkerThread, type ThreadLimits } from "./worker-thread.ts";

export interface PoolOptions extends ThreadLimits {
  /** A file that calls `serveCalls` with the functions. */
  entry: URL;
  /** How many calls run at once; each thread is started when it is first needed. */
  threads: number;
}

/** Threads that run pure functions, each for a limited time and with limited memory. */
export function openWorkerPool<F extends PureFunctions>(options: PoolOptions): PureCalls<F> {
  const pool = new WorkerPool(options);
  return {
    call: (name, input) => pool.call(name, input) as Promise<Outcome<never>>,
    close: () => pool.close(),
  };
}

interface Call {
  name: string;
  input: unknown;
  resolve(outcome: Outcome<unknown>): void;
  reject(error: unknown): void;
}

class WorkerPool {
  readonly #options: PoolOptions;
  readonly #idle: WorkerThread[] = [];
  readonly #running = new Map<WorkerThread, Call>();
  readonly #ending = new Set<Promise<void>>();
  #waiting: Call[] = [];
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  call(name: string, input: unknown): Promise<Outcome<unknown>> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(closed());
      this.#waiting.push({ name, input, resolve, reject });
      this.#pump();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const calls = [...this.#waiting, ...this.#running.values()];
    const threads = [...this.#idle, ...this.#running.keys()];
    this.#waiting = [];
    this.#idle.length = 0;
    this.#running.clear();
    for (const { reject } of calls) reject(closed());
    for (const thread of threads) this.#end(thread);
    await Promise.all(this.#ending);
  }

  #pump(): void {
    while (this.#waiting.length > 0 && this.#running.size < this.#options.threads) {
      const thread = this.#takeIdle() ?? new WorkerThread(this.#options.entry, this.#options);
      const call = this.#waiting.shift()!;
      this.#running.set(thread, call);
      void this.#run(thread, call);
    }
  }

  #takeIdle(): WorkerThread | undefined {
    let thread = this.#idle.pop();
    while (thread?.hasEnded === true) thread = this.#idle.pop();
    return thread;
  }

  async #run(thread: WorkerThread, { name, input, resolve, reject }: Call): Promise<void> {
    try {
      const outcome = await thread.ask({ name, input });
      // One whose call did not end in order is stopped, whatever it still does.
      this.#release(thread, "failed" in outcome);
      resolve(outcome);
    } catch (error) {
      this.#release(thread, true);
      reject(error);
    }
  }

  #release(thread: WorkerThread, isSpent: boolean): void {
    if (!this.#running.delete(thread)) return;
    if (isSpent) this.#end(thread);
    else this.#idle.push(thread);
    this.#pump();
  }

  #end(thread: WorkerThread): void {
    const ending = thread.end().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }
}

function closed(): Error {
  return new Error("The threads are closed.");
}
