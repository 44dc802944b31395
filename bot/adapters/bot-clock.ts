import type { BotClock } from "../app.ts";
import { systemClock } from "../../src/adapters/clock.ts";

/** The system clock. */
export const botClock: BotClock = {
  ...systemClock,
  every: (milliseconds, ring) => {
    const timer = setInterval(ring, milliseconds);
    return () => clearInterval(timer);
  },
};
