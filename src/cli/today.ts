import type { Bench } from "./bench.ts";

/** `YYYY-MM-DD` of the bench's clock. */
export function today(bench: Bench): string {
  return new Date(bench.clock.now()).toISOString().slice(0, 10);
}
