import type { MergeMethod, Pull, State } from "../state.ts";
import { ok, refuse, type Call, type Reply, type Rest } from "./rest.ts";

/** The mutations of GitHub's GraphQL API that people have no REST call for: in and out of the merge queue, auto-merge on and off. */
export function addGraphqlRoute(rest: Rest): void {
  const { state } = rest;
  rest.on("POST /graphql", { need: ["contents", "write"], handle: (call) => mutate(state, call) });
}

interface Input {
  pullRequestId?: string;
  /** Of `dequeuePullRequest`. */
  id?: string;
  mergeMethod?: string;
}

interface Mutation {
  call: Call;
  pull: Pull;
  input: Input;
}

/** Each answers what GitHub objects to; null if it has done it. */
const MUTATIONS: Record<string, (state: State, mutation: Mutation) => Promise<string | null>> = {
  enqueuePullRequest: enqueue,
  dequeuePullRequest: async (state, { call, pull }) =>
    (await state.queue.remove(pull, call.actor.account)) ? null : "Pull request is not in the merge queue",
  enablePullRequestAutoMerge: enableAutoMerge,
  disablePullRequestAutoMerge: async (state, { call, pull }) => {
    if (pull.autoMerge === null) return "Can't disable auto-merge for this pull request.";
    state.autoMerges.disable(pull, call.actor.account);
    return null;
  },
};

async function mutate(state: State, call: Call): Promise<Reply> {
  const name = /\b(?:en|de)queuePullRequest\b|\b(?:en|dis)ablePullRequestAutoMerge\b/.exec(
    String(call.body["query"]),
  )?.[0];
  if (name === undefined) return refuse(501, "The simulated GitHub has no such query");
  const { input = {} } = (call.body["variables"] ?? {}) as { input?: Input };
  const wanted = input.pullRequestId ?? input.id;
  const pull = state.pulls.find(({ number }) => `PR_${number}` === wanted);
  if (pull === undefined) return failed(`Could not resolve to a node with the global id of '${wanted}'`);
  const why = await MUTATIONS[name]!(state, { call, pull, input });
  return why === null ? ok({ data: { [name]: { clientMutationId: null } } }) : failed(why);
}

async function enqueue(state: State, { call, pull }: Mutation): Promise<string | null> {
  const why = await state.queue.whyNot(pull);
  if (why === null) await state.queue.add(pull, call.actor.account);
  else state.mergesRefused.push({ pull: pull.number, why });
  return why;
}

async function enableAutoMerge(state: State, { call, pull, input }: Mutation): Promise<string | null> {
  const method = (input.mergeMethod ?? "MERGE").toLowerCase() as MergeMethod;
  const why = await state.autoMerges.whyNot(pull, method);
  if (why === null) state.autoMerges.enable(pull, { by: call.actor.account, method });
  return why;
}

/** GraphQL says 200 to what it refuses. */
function failed(message: string): Reply {
  return ok({ data: null, errors: [{ type: "UNPROCESSABLE", message }] });
}
