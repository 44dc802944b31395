import type { WorldClock } from "../clock.ts";

/**
 * What GitHub allows one identity. docs.github.com, "Rate limits for the REST API": installations at least 5,000 requests an hour,
 * users 5,000, all jobs of a repository together 1,000; "About secondary rate limits": 100 at once, 900 points a minute (a read is 1
 * point, a write 5), 80 requests a minute and 500 an hour that create content.
 */
export interface LimitNumbers {
  /** Requests an hour of the installation. */
  hour: number;
  /** Requests at the same time. */
  atOnce: number;
  /**
   * Points a minute. GitHub counts them by endpoint; here all endpoints count together, and 304 as well, because nothing says that
   * it does not. In a world whose time stands still every request falls into the same minute: a test that wants limits by the minute
   * sets them.
   */
  points: number;
  contentMinute: number;
  contentHour: number;
  /** Whether a refusal for a secondary limit says how long to wait; GitHub does not always (advanced-security/gh-code-scanning#10). */
  retryAfter: boolean;
  /** GitHub answers 403 or 429. */
  status: 403 | 429;
}

export interface Refusal {
  kind: "primary" | "secondary";
  status: number;
  headers: Record<string, string>;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const USUAL: LimitNumbers = {
  hour: 5000,
  atOnce: 100,
  points: Infinity,
  contentMinute: Infinity,
  contentHour: Infinity,
  retryAfter: true,
  status: 403,
};

/** Only the installation's limits are a test's to set. */
export function limitsOf(identity: string, set: Partial<LimitNumbers>): LimitNumbers {
  if (identity.startsWith("installation")) return { ...USUAL, ...set };
  if (identity.startsWith("jobs")) return { ...USUAL, hour: 1000 };
  return identity === "anonymous" ? { ...USUAL, hour: 60 } : USUAL;
}

/** What people read: each makes a notification. */
const CONTENT = /\/(?:issues|issues\/\d+\/comments|pulls|pulls\/\d+\/(?:reviews|requested_reviewers))$/;

/** What one identity has used of its limits. */
export class Usage {
  numbers: LimitNumbers;
  private readonly clock: WorldClock;
  /** Begins with the first request. */
  private window = { end: 0, used: 0 };
  private running = 0;
  private readonly points: { at: number; count: number }[] = [];
  /** The sum of `points`. */
  private spent = 0;
  private readonly content: number[] = [];

  constructor(clock: WorldClock, numbers: LimitNumbers) {
    this.clock = clock;
    this.numbers = numbers;
  }

  /** Begins a request, or refuses it. A conditional request is refused as well: nobody has looked yet whether it would count. */
  begin(method: string, pathname: string): Refusal | null {
    const now = this.clock.now();
    const { end, used } = this.state();
    if (used >= this.numbers.hour && pathname !== "/rate_limit") return this.refuse("primary", end);
    const free = this.whenFree(now, { method, pathname });
    if (free > now) return this.refuse("secondary", free);
    this.running += 1;
    this.spend(now, pointsOf(method));
    if (isContent(method, pathname)) this.content.push(now);
    return null;
  }

  end(): void {
    this.running -= 1;
  }

  /** Counts a request against the hour's limit. */
  count(): void {
    this.state();
    this.window.used += 1;
  }

  state() {
    const now = this.clock.now();
    // GitHub gives whole seconds.
    if (now >= this.window.end) this.window = { end: Math.ceil((now + HOUR) / 1000) * 1000, used: 0 };
    const { end, used } = this.window;
    const { hour: limit } = this.numbers;
    return { end, limit, used, remaining: Math.max(0, limit - used), reset: end / 1000 };
  }

  headers(): Record<string, string> {
    const { limit, remaining, used, reset } = this.state();
    const numbers = { limit, remaining, used, reset };
    const named = Object.entries(numbers).map(([name, value]) => [`x-ratelimit-${name}`, String(value)]);
    return { ...Object.fromEntries(named), "x-ratelimit-resource": "core" };
  }

  /** When the secondary limits admit this request. */
  private whenFree(now: number, { method, pathname }: { method: string; pathname: string }): number {
    const { atOnce, points, contentMinute, contentHour } = this.numbers;
    if (this.running >= atOnce) return now + MINUTE;
    while ((this.points[0]?.at ?? now) <= now - MINUTE) this.spent -= this.points.shift()!.count;
    while ((this.content[0] ?? now) <= now - HOUR) this.content.shift();
    if (this.spent + pointsOf(method) > points) return this.points[0]!.at + MINUTE;
    if (!isContent(method, pathname)) return now;
    if (this.content.length >= contentHour) return this.content[0]! + HOUR;
    const minute = this.content.filter((at) => at > now - MINUTE);
    return minute.length >= contentMinute ? minute[0]! + MINUTE : now;
  }

  private spend(at: number, count: number): void {
    this.points.push({ at, count });
    this.spent += count;
  }

  private refuse(kind: Refusal["kind"], until: number): Refusal {
    const { status, retryAfter } = this.numbers;
    const seconds = String(Math.max(1, Math.ceil((until - this.clock.now()) / 1000)));
    return { kind, status, headers: kind === "secondary" && retryAfter ? { "retry-after": seconds } : {} };
  }
}

function pointsOf(method: string): number {
  return method === "GET" ? 1 : 5;
}

function isContent(method: string, pathname: string): boolean {
  return method === "POST" && CONTENT.test(pathname);
}
