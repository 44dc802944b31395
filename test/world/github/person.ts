import { editOnline, pushToFork } from "./commits-without-git.ts";
import { push, type Pushed, type PushOptions } from "./git-push.ts";
import type { GitHub } from "./github.ts";
import { callRest, type Answer } from "./rest-client.ts";

export type Edits = PushOptions["edits"];

/** A person with an account, who changes things only through git and REST with their own token. */
export interface Person {
  login: string;
  api(method: string, path: string, body?: unknown): Promise<Answer>;
  push(options: PushOptions): Promise<Pushed>;
  /** Commits in the browser: GitHub is the committer; null, or what GitHub objects to. */
  editOnline(branch: string, edits: Edits): Promise<string | null>;
  /** Pushes to the fork that a pull request of this person comes from. */
  pushToFork(pull: number, edits: Edits): Promise<string>;
  openPull(head: string, title: string): Promise<number>;
  review(pull: number, event: "APPROVE" | "REQUEST_CHANGES" | "COMMENT", commit?: string): Promise<Answer>;
  comment(pull: number, body: string): Promise<Answer>;
  /** Adds to the merge queue, or takes out of it; null, or what GitHub objects to. */
  enqueue(pull: number): Promise<string | null>;
  dequeue(pull: number): Promise<string | null>;
  /** Has GitHub merge as soon as the rules are met, or no longer (null); null, or what GitHub objects to. */
  autoMerge(pull: number, method?: "squash" | "merge" | null): Promise<string | null>;
  merge(pull: number, method?: "squash" | "merge", sha?: string): Promise<Answer>;
  /** Presses "Update branch". */
  updateBranch(pull: number, expected?: string): Promise<Answer>;
  runWorkflow(file: string, inputs: Record<string, string>, ref?: string): Promise<Answer>;
}

/** A person of this GitHub. */
export function person(github: GitHub, login: string): Person {
  const api: Person["api"] = (...call) => callRest(github, github.token(login), call);
  const account = () => github.state.users.get(login)!;
  // In a list: to look at the pull request itself would have GitHub test its merge.
  const nodeOf = async (pull: number) => {
    const { json } = await api("GET", "/pulls?state=all&per_page=100");
    return (json as unknown as { number: number; node_id: string }[]).find(({ number }) => number === pull)?.node_id;
  };
  return {
    login,
    api,
    push: (options) => push(github, { account: account(), token: github.token(login) }, options),
    editOnline: (branch, edits) => editOnline(github.state, branch, { by: account(), edits }),
    pushToFork: (number, edits) => {
      const { state } = github;
      const pull = state.pulls.find((one) => one.number === number)!;
      return pushToFork(state, pull, { by: account(), edits });
    },
    openPull: async (head, title) => {
      const answer = await api("POST", "/pulls", { head, base: github.state.defaultBranch, title });
      if (answer.status !== 201)
        throw new Error(`${login} could not open a pull request: ${JSON.stringify(answer.json)}`);
      return Number(answer.json["number"]);
    },
    review: (pull, event, commit) =>
      api("POST", `/pulls/${pull}/reviews`, { event, body: "", ...(commit ? { commit_id: commit } : {}) }),
    comment: (pull, body) => api("POST", `/issues/${pull}/comments`, { body }),
    enqueue: async (pull) => mutate(api, "enqueuePullRequest", { pullRequestId: await nodeOf(pull) }),
    dequeue: async (pull) => mutate(api, "dequeuePullRequest", { id: await nodeOf(pull) }),
    autoMerge: async (pull, method = "squash") =>
      method === null
        ? mutate(api, "disablePullRequestAutoMerge", { pullRequestId: await nodeOf(pull) })
        : mutate(api, "enablePullRequestAutoMerge", {
            pullRequestId: await nodeOf(pull),
            mergeMethod: method.toUpperCase(),
          }),
    merge: (pull, method = "squash", sha) =>
      api("PUT", `/pulls/${pull}/merge`, { merge_method: method, ...(sha ? { sha } : {}) }),
    updateBranch: (pull, expected) =>
      api("PUT", `/pulls/${pull}/update-branch`, expected === undefined ? undefined : { expected_head_sha: expected }),
    runWorkflow: (file, inputs, ref = "main") =>
      api("POST", `/actions/workflows/${file}/dispatches`, { ref, inputs, return_run_details: true }),
  };
}

/** A mutation of GraphQL about one pull request; null, or what GitHub objects to. */
async function mutate(api: Person["api"], name: string, input: object): Promise<string | null> {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  const answer = await api("POST", "/graphql", {
    query: `mutation ($input: ${type}!) { ${name}(input: $input) { clientMutationId } }`,
    variables: { input },
  });
  const errors = answer.json["errors"] as { message: string }[] | undefined;
  if (answer.status !== 200) return String(answer.json["message"]);
  return errors === undefined ? null : errors.map(({ message }) => message).join("\n");
}
