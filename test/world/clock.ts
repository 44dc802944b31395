import type { Clock } from "../../src/ports.ts";

/** A Monday afternoon: what depends on the day of the week is the same in every run of a test. */
const START = Date.parse("2026-11-23T15:00:00Z");

/**
 * The time of the simulated world. It stands still until a test steps it, so that what is in one second and what is not is the
 * test's choice. A pause of the program under test passes at once: it is over when the time has moved on by as much.
 */
export class WorldClock implements Clock {
  /** The pauses that were asked for, in milliseconds. */
  readonly pauses: number[] = [];
  readonly #base: () => number;
  #stepped = 0;

  /** `base` is the time without the steps, in milliseconds since the epoch. */
  constructor(base: () => number = () => START) {
    this.#base = base;
  }

  /** The machine's time, for a world with processes that have clocks of their own; steps come on top. */
  static running(): WorldClock {
    return new WorldClock(Date.now);
  }

  now(): number {
    return this.#base() + this.#stepped;
  }

  /** Moves the time on by this many milliseconds. */
  step(milliseconds: number): void {
    this.#stepped += milliseconds;
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.pauses.push(milliseconds);
    this.step(milliseconds);
  }
}

/** ISO 8601 with seconds, as GitHub writes times: of `clock`'s now, or so many milliseconds from it. */
export function isoSeconds(clock: Pick<Clock, "now">, offset = 0): string {
  return new Date(clock.now() + offset).toISOString().replace(/\.\d+Z$/, "Z");
}
