/** How many looks may begin: so many at once, and so many in an hour. */
export interface PaceLimits {
  atOnce: number;
  hourly: number;
}

const HOUR = 60 * 60_000;

/** Spreads over time what does not have to be done at once. */
export class Pace {
  private free: number;
  private at: number | null = null;

  /** `free` is how many may begin at the first time. */
  constructor(free: number) {
    this.free = free;
  }

  /** The first of a list, as many as may begin now; `now` in milliseconds. */
  take(numbers: readonly number[], now: number, { atOnce, hourly }: PaceLimits): number[] {
    const passed = this.at === null ? 0 : Math.max(0, now - this.at);
    this.at = now;
    this.free = Math.min(atOnce, this.free + (passed * hourly) / HOUR);
    // A sum of parts of an hour may be a hair below the whole number that it stands for.
    const taken = numbers.slice(0, Math.floor(this.free + 1e-9));
    this.free -= taken.length;
    return taken;
  }
}
