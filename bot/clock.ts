import type { Clock } from "../src/ports/clock.ts";

/** The bot's own time. */
export interface BotClock extends Clock {
  /** Calls `ring` again and again after so many milliseconds, until the function that it returns is called. */
  every(milliseconds: number, ring: () => void): () => void;
}
