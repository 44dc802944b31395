import { compareText } from "../../../src/text/order.ts";
import type { MainState, RunState } from "./main-state.ts";

/** Sorts a state, oldest run first and each run once: GitHub's lists can shift and repeat entries between two pages. */
export function orderState(state: MainState): MainState {
  const runs = new Map<string, RunState>();
  for (const run of state.runs) {
    const known = runs.get(run.facts.id);
    if (known === undefined || known.facts.attempt < run.facts.attempt) runs.set(run.facts.id, run);
  }
  return {
    ...state,
    runs: [...runs.values()].toSorted(byStart),
    databases: state.databases.toSorted((a, b) => compareText(a.database, b.database)),
  };
}

function byStart(a: RunState, b: RunState): number {
  const [first, second] = [Date.parse(a.facts.startedAt), Date.parse(b.facts.startedAt)];
  if (first !== second) return first - second;
  return Number(BigInt(a.facts.id) - BigInt(b.facts.id));
}
