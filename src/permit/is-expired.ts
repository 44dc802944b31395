import type { Permit } from "./permit.ts";

/**
 * How long after `expires_at` a permit still counts, for everybody: bot and door read GitHub's clock, whose servers differ
 * by seconds, and the command line its machine's.
 */
const TOLERANCE = 5 * 60_000;

/**
 * Whether a permit for an export or an image has expired at a moment (milliseconds since the epoch).
 *
 * There is one tolerance because there is one permit: while the door would still let a run start, the bot must not take the
 * permit for expired and sign another, or the source is exported twice. The same rule for both leaves only a run that passed
 * the door just before. What it uses cannot be told from outside, so the bot signs nothing in the place of an expired permit
 * while a run that started before this moment works. Should both permits be used all the same, the later one has the
 * higher generation: the earlier run finds it when it looks again and publishes nothing, and a lock takes a generation once.
 */
export function isExpired({ expires_at: expires }: Permit, moment: number): boolean {
  // Without a time to compare with nothing is open.
  return !(Date.parse(expires ?? "") + TOLERANCE >= moment);
}
