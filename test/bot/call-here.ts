import type { PullFunctions } from "../../bot/decide/pull/pull-functions.ts";
import { pullFunctions } from "../../bot/decide/pull/pull-functions.ts";
import type { PullJudge } from "../../bot/decide/pull/pull-judge.ts";
import { createPullJudge } from "../../bot/reconcile/pull-judge.ts";
import type { PureCalls, PureFunctions } from "../../bot/pure-calls.ts";

/** Calls without threads, which take as long as they take; what goes in and out is copied, as between threads. */
export function callHere<F extends PureFunctions>(functions: F): PureCalls<F> {
  return {
    call: (name, input) => {
      const value = functions[name]!(structuredClone(input) as never);
      return Promise.resolve({ value: structuredClone(value) } as never);
    },
    close: () => Promise.resolve(),
  };
}

export function judgeHere(): PullJudge {
  return createPullJudge(callHere<PullFunctions>(pullFunctions));
}
