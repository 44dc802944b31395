import type { Hub } from "../hub.ts";
import { reconcilePull } from "../pull/reconcile-pull.ts";
import { readPullState } from "./read-pull-state.ts";
import { writePull, type Written } from "./write-pull.ts";

/** Looks at one pull request: reads it, decides, and writes what has changed. Closed ones are handled by the look at main. */
export async function lookAtPull(hub: Hub, number: number): Promise<Written> {
  const { state } = await hub.pulls.get(number);
  if (state === "closed") return "done";
  const facts = await readPullState(hub, number);
  return writePull(hub, facts, reconcilePull(facts));
}
