import type { Clock } from "../../src/ports/clock.ts";
import type { BotClock } from "../clock.ts";

/** A clock with the timers of Node. */
export function addTimers(clock: Clock): BotClock {
  return {
    ...clock,
    every: (milliseconds, ring) => {
      const timer = setInterval(ring, milliseconds);
      return () => clearInterval(timer);
    },
  };
}
