import { RecentlyUsed } from "../../src/github/recently-used.ts";
import type { Problem } from "../../src/problem/problem.ts";
import type { PullFunctions } from "../decide/pull/pull-functions.ts";
import type { Judged, PullJudge } from "../decide/pull/pull-judge.ts";
import { problemOfFailure } from "../decide/pull/refuse-pull.ts";
import type { Outcome, PureCalls } from "../pure-calls.ts";

/** So many heads are remembered: one that comes again after more of them costs its time once more. */
const REMEMBERED = 1000;

/** Judges pull requests by calls that may end without a value, and remembers the heads that they ended so for. */
export function createPullJudge(calls: PureCalls<PullFunctions>): PullJudge {
  const refused = new RecentlyUsed<Problem>(REMEMBERED);
  const take = <T>(head: string, outcome: Outcome<T>): Judged<T> => {
    if ("value" in outcome) return outcome;
    const problem = problemOfFailure(outcome.failed);
    refused.set(head, problem, 1);
    return { refused: problem };
  };
  return {
    refusalOf: (head) => refused.get(head) ?? null,
    listRequirements: async (head, sides) => take(head, await calls.call("listRequirements", sides)),
    decidePull: async (state) => take(state.pull.head.sha, await calls.call("decidePull", state)),
    listRendered: async (head, sides) => take(head, await calls.call("listRendered", sides)),
  };
}
