/** How many of a list may begin: so many at once, and so many in an hour. */
export interface PaceLimits {
  atOnce: number;
  hourly: number;
}

const HOUR = 60 * 60_000;

/** What can wait, but should not wait for long: at the start of a process, say. */
export const SOON: PaceLimits = { atOnce: 25, hourly: 300 };

/** So many things, each once a day at least, and few of them more often. */
export function daily(count: number): PaceLimits {
  return { atOnce: SOON.atOnce, hourly: Math.max(20, count / 24) };
}

/** Only so much of the hour's calls is left that what can wait has to: the rest is for what happens. */
const RESERVE = 0.25;

/** Whether what can wait has to; null where there is no limit. */
export function hasFewCalls(calls: { all: number; left: number } | null): boolean {
  return calls !== null && calls.left < calls.all * RESERVE;
}

/** Spreads over time what does not have to be done at once. */
export class Pace {
  private free: number;
  private at: number | null = null;

  /** `free` is how many may begin at the first time. */
  constructor(free: number) {
    this.free = free;
  }

  /** The first of a list, as many as may begin now; `now` in milliseconds. */
  take<T>(list: readonly T[], now: number, { atOnce, hourly }: PaceLimits): T[] {
    const passed = this.at === null ? 0 : Math.max(0, now - this.at);
    this.at = now;
    this.free = Math.min(atOnce, this.free + (passed * hourly) / HOUR);
    // A sum of parts of an hour may be a hair below the whole number that it stands for.
    const taken = list.slice(0, Math.floor(this.free + 1e-9));
    this.free -= taken.length;
    return taken;
  }
}
