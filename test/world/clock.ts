import type { BotClock } from "../../bot/clock.ts";

/** A Monday afternoon: what depends on the day of the week is the same in every run of a test. */
const START = Date.parse("2026-11-23T15:00:00Z");

interface Timer {
  at: number;
  ring: () => void;
}

/**
 * The time of the simulated world. It stands still until a test steps it, so that what is in one second and what is not is the
 * test's choice. A pause of the program under test passes at once: it is over when the time has moved on by as much.
 */
export class WorldClock implements BotClock {
  /** The pauses that were asked for, in milliseconds. */
  readonly pauses: number[] = [];
  readonly #base: () => number;
  readonly #runs: boolean;
  readonly #timers = new Set<Timer>();
  #stepped = 0;

  private constructor(base: () => number, runs: boolean) {
    this.#base = base;
    this.#runs = runs;
  }

  static standing(): WorldClock {
    return new WorldClock(() => START, false);
  }

  /** The machine's time, for a world with processes that have clocks of their own; steps come on top. */
  static running(): WorldClock {
    return new WorldClock(Date.now, true);
  }

  now(): number {
    return this.#base() + this.#stepped;
  }

  /** Moves the time on by this many milliseconds; what was to happen meanwhile happens in its order. */
  step(milliseconds: number): void {
    const target = this.#stepped + milliseconds;
    for (let next = this.#next(target); next !== null; next = this.#next(target)) {
      this.#stepped = Math.max(this.#stepped, next.at - this.#base());
      this.#timers.delete(next);
      next.ring();
    }
    this.#stepped = Math.max(this.#stepped, target);
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
    this.pauses.push(milliseconds);
    this.step(milliseconds);
    return Promise.resolve();
  }

  /** Calls `ring` once so much time has passed, unless the function that it returns is called before. */
  after(milliseconds: number, ring: () => void): () => void {
    const timer = { at: this.now() + milliseconds, ring };
    this.#timers.add(timer);
    const real = this.#runs ? setTimeout(() => this.#timers.delete(timer) && ring(), milliseconds) : undefined;
    return () => {
      this.#timers.delete(timer);
      clearTimeout(real);
    };
  }

  every(milliseconds: number, ring: () => void): () => void {
    let stop: () => void = () => undefined;
    const again = () => {
      stop = this.after(milliseconds, () => {
        again();
        ring();
      });
    };
    again();
    return () => stop();
  }

  #next(stepped: number): Timer | null {
    const due = [...this.#timers].filter(({ at }) => at <= this.#base() + stepped);
    return due.toSorted((a, b) => a.at - b.at)[0] ?? null;
  }
}

/** ISO 8601 with seconds, as GitHub writes times: of `clock`'s now, or so many milliseconds from it. */
export function isoSeconds(clock: Pick<WorldClock, "now">, offset = 0): string {
  return new Date(clock.now() + offset).toISOString().replace(/\.\d+Z$/, "Z");
}
