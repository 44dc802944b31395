import { SeedbedError } from "../../../src/problem/error.ts";
import { quote } from "../../../src/text/quote.ts";

/**
 * A time as GitHub tells it, such as `2026-11-22T15:10:00Z`. Throws for what is none: compared with anything it would be
 * neither earlier nor later, and a review, a run or a push would count or be overlooked for no reason.
 */
export function viewTime(time: string): string {
  if (!Number.isNaN(Date.parse(time))) return time;
  throw new SeedbedError("github-no-time", `GitHub gives ${quote(time)} as a time.`, {
    fix: "Look whether something between the bot and GitHub changes its answers; otherwise wait for GitHub to recover.",
  });
}

/** The same for a time that may not have come yet. */
export function viewTimeOrNull(time: string | null): string | null {
  return time === null ? null : viewTime(time);
}
