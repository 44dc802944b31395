import type { Hub } from "../hub.ts";
import { reconcilePull } from "../pull/reconcile-pull.ts";
import { readPullState } from "./read-pull-state.ts";
import { writePull, type Written } from "./write-pull.ts";

/** Looks at one pull request again: reads, decides, writes what differs. A closed one is main's business. */
export async function lookAtPull(hub: Hub, number: number): Promise<Written> {
  const { state } = await hub.pulls.get(number);
  if (state === "closed") return "done";
  const facts = await readPullState(hub, number);
  return writePull(hub, facts, reconcilePull(facts));
}
