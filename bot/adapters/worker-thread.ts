import { Worker } from "node:worker_threads";
import type { CallFailure, Outcome } from "../pure-calls.ts";
import type { Answer, Question } from "./serve-calls.ts";

export interface ThreadLimits {
  /** How long a call may take, from when its thread can run it. */
  milliseconds: number;
  /** What a thread's heap may hold, in MiB. Bytes outside of it, as of buffers, are not limited: calls have none. */
  megabytes: number;
}

/** What the operating system calls each of them. */
export const THREAD_NAME = "seedbed-calls";

type Heard = Answer | { failed: CallFailure };

/** One thread, which runs one call at a time. */
export class WorkerThread {
  readonly #worker: Worker;
  readonly #limits: ThreadLimits;
  readonly #ready: Promise<void>;
  #hasEnded = false;
  /** Takes what is heard of the call that runs. */
  #hear: ((heard: Heard) => void) | null = null;

  constructor(entry: URL, limits: ThreadLimits) {
    this.#limits = limits;
    // None of the process's secrets, which are in its environment.
    this.#worker = new Worker(entry, {
      name: THREAD_NAME,
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: limits.megabytes, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
    });
    // A process that has nothing else to do ends.
    this.#worker.unref();
    this.#ready = new Promise((resolve) => this.#worker.once("message", () => resolve()));
    this.#worker.on("message", (answer: Answer) => this.#hear?.(answer));
    this.#worker.on("messageerror", (error) => this.#hear?.({ threw: error }));
    this.#worker.on("error", (error) =>
      this.#hear?.(isOutOfMemory(error) ? { failed: "too-large" } : { threw: error }),
    );
    this.#worker.on("exit", (code) => {
      this.#hasEnded = true;
      this.#hear?.({ threw: new Error(`The thread ended with ${code}.`) });
    });
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Rejects with what the function threw, and if the thread cannot run at all. */
  async ask(question: Question): Promise<Outcome<unknown>> {
    this.#worker.ref();
    const answered = this.#hearAnswer();
    // The time that a thread takes to load its code is no call's.
    const asked = this.#ready.then(() => this.#send(question));
    try {
      return await answered;
    } finally {
      this.#hear = null;
      this.#worker.unref();
      void asked.then(clearTimeout);
    }
  }

  #hearAnswer(): Promise<Outcome<unknown>> {
    return new Promise((resolve, reject) => {
      this.#hear = (heard) => {
        if ("ready" in heard) return;
        if ("threw" in heard) reject(heard.threw as Error);
        else resolve("tooLarge" in heard ? { failed: "too-large" } : heard);
      };
    });
  }

  #send(question: Question): NodeJS.Timeout {
    try {
      this.#worker.postMessage(question);
    } catch (error) {
      this.#hear?.({ threw: error });
    }
    // Of this call only, whatever is asked next; an answer that came while this thread was busy itself is heard first.
    const hear = this.#hear;
    return setTimeout(() => setImmediate(() => hear?.({ failed: "too-slow" })), this.#limits.milliseconds);
  }

  /** Resolves when it has ended, whatever it is doing. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

function isOutOfMemory(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === "ERR_WORKER_OUT_OF_MEMORY";
}
