import type { Pull, State } from "../state.ts";
import { ok, refuse, type Call, type Reply, type Rest } from "./rest.ts";

/** The two mutations of GitHub's GraphQL API that people have no REST call for: in and out of the merge queue. */
export function addGraphqlRoute(rest: Rest): void {
  const { state } = rest;
  rest.on("POST /graphql", { need: ["contents", "write"], handle: (call) => mutate(state, call) });
}

interface Input {
  /** Of `enqueuePullRequest`. */
  pullRequestId?: string;
  /** Of `dequeuePullRequest`. */
  id?: string;
}

async function mutate(state: State, call: Call): Promise<Reply> {
  const mutation = /\b(?:enqueue|dequeue)PullRequest\b/.exec(String(call.body["query"]))?.[0];
  const { input = {} } = (call.body["variables"] ?? {}) as { input?: Input };
  const wanted = mutation === "dequeuePullRequest" ? input.id : input.pullRequestId;
  const pull = state.pulls.find(({ number }) => `PR_${number}` === wanted);
  if (mutation === undefined) return refuse(501, "The simulated GitHub has no such query");
  if (pull === undefined) return failed(`Could not resolve to a node with the global id of '${wanted}'`);
  const why = mutation === "enqueuePullRequest" ? await enqueue(state, call, pull) : await dequeue(state, call, pull);
  return why === null ? ok({ data: { [mutation]: { mergeQueueEntry: { id: `MQE_${pull.number}` } } } }) : failed(why);
}

async function enqueue(state: State, call: Call, pull: Pull): Promise<string | null> {
  const why = await state.queue.whyNot(pull);
  if (why === null) await state.queue.add(pull, call.actor.account);
  else state.mergesRefused.push({ pull: pull.number, why });
  return why;
}

async function dequeue(state: State, call: Call, pull: Pull): Promise<string | null> {
  return (await state.queue.remove(pull, call.actor.account)) ? null : "Pull request is not in the merge queue";
}

/** GraphQL says 200 to what it refuses. */
function failed(message: string): Reply {
  return ok({ data: null, errors: [{ type: "UNPROCESSABLE", message }] });
}
