import type { Clock } from "../ports/clock.ts";
import { readDate } from "./date.ts";
import type { Pause, RequestError } from "./failure.ts";

const MINUTE = 60_000;

/** Whether an answer says that there were too many requests. docs.github.com, "Rate limits for the REST API". */
export function isLimit({ status, message, response }: RequestError): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  const headers = response?.headers ?? {};
  return (
    headers["retry-after"] !== undefined || headers["x-ratelimit-remaining"] === "0" || /secondary rate/i.test(message)
  );
}

/**
 * The pause of a client that met a limit: one for all its requests, because "Continuing to make requests while you are rate limited
 * may result in the banning of your integration" (docs.github.com, "Rate limits for the REST API", Exceeding the rate limit).
 */
export class LimitPause {
  private readonly clock: Clock;
  private until = -Infinity;
  private met: { failed: RequestError; asked: boolean } | null = null;
  /** Pauses in a row of which GitHub did not say how long they have to be. */
  private advised = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** What is left of it; null if requests may be sent. */
  left(): (Pause & { failed: RequestError }) | null {
    const wait = this.until - this.clock.now();
    return this.met === null || wait <= 0 ? null : { ...this.met, wait };
  }

  /** Begins with a refusal, or goes on. */
  begin(failed: RequestError): void {
    const asked = readPause(failed);
    const now = this.clock.now();
    // Of requests that were under way together only the first begins a pause that is longer than the one before.
    if (asked === null && now >= this.until) this.advised += 1;
    const wait = asked ?? MINUTE * 2 ** (Math.max(1, this.advised) - 1);
    this.until = Math.max(this.until, now + wait);
    this.met = { failed, asked: asked !== null };
  }

  /** A request was answered. */
  end(): void {
    this.advised = 0;
  }
}

/**
 * docs.github.com, "Best practices for using the REST API", Handle rate limit errors appropriately: the seconds of
 * `retry-after`; else, with `x-ratelimit-remaining: 0`, until `x-ratelimit-reset`. null where it says neither: then it advises a
 * minute at least, and exponentially longer each time.
 */
function readPause({ response }: RequestError): number | null {
  const headers = response?.headers ?? {};
  const after = Number(headers["retry-after"]);
  if (headers["retry-after"] !== undefined && Number.isFinite(after)) return after * 1000;
  const [reset, now] = [Number(headers["x-ratelimit-reset"]) * 1000, readDate(headers)];
  // Both times are GitHub's; this machine's clock is not used.
  if (headers["x-ratelimit-remaining"] === "0" && reset > 0 && now !== null) return Math.max(0, reset - now) + 1000;
  return null;
}
