import type { DatabaseState, Thread } from "../main-state.ts";

/** Where the bot writes about a database: in the pull request that brought its request, otherwise in an issue of its own. */
export function threadOf({ database, verdict, origin, pull: known }: DatabaseState): Thread {
  if (verdict.covers && verdict.permit.cause === "review") return { pull: Number(verdict.permit.evidence.pull) };
  const pull = origin?.merges[0]?.pull.number ?? known;
  return pull === null ? { issue: `Seedbed: ${database}` } : { pull };
}

/** Identifies a thread. */
export function keyOfThread(thread: Thread): string {
  return "pull" in thread ? `#${thread.pull}` : thread.issue;
}

/** The issue for results of a database that is not on main. */
export const STRANGE_RESULTS: Thread = { issue: "Seedbed: refused results" };
