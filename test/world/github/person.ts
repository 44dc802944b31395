import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { pushToFork } from "./forks.ts";
import type { GitHub } from "./github.ts";

/** An answer of the REST API: refusals are values here, people look at them. */
export interface Answer {
  status: number;
  json: Record<string, unknown>;
}

/** Files to write (text) and to remove (null), by path. */
export type Edits = Record<string, string | null>;

export interface PushOptions {
  branch: string;
  /** Where to push instead, by its full name: what is no branch. */
  ref?: string;
  edits: Edits;
  message?: string;
  /** Start a new branch here instead of on top of it. */
  from?: string;
  force?: boolean;
  /** Branches and commits that git merges first, several of them as an octopus; the edits come on top of the result. */
  merge?: string[];
  /** Further parents, by SHA, whose files the commit does not take over. */
  parents?: string[];
  /** When the commit says that it was made, ISO 8601. Default: the world's time. */
  date?: string;
}

/** A person with an account, who changes things only through git and REST with their own token. */
export interface Person {
  login: string;
  api(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Commits and pushes with real git; `pushed: false` carries what git printed. */
  push(options: PushOptions): Promise<{ pushed: boolean; text: string; sha: string }>;
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
  const { owner, name } = github.state;
  const repository = `/repos/${owner}/${name}`;
  const api = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(`${github.url}${/^\/(?:repos|graphql)/.test(path) ? path : repository + path}`, {
      method,
      headers: { authorization: `token ${github.token(login)}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, json: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>) };
  };
  // In a list: to look at the pull request itself would have GitHub test its merge.
  const nodeOf = async (pull: number) => {
    const { json } = await api("GET", "/pulls?state=all&per_page=100");
    return (json as unknown as { number: number; node_id: string }[]).find(({ number }) => number === pull)?.node_id;
  };
  return {
    login,
    api,
    push: (options) => push(github, login, options),
    pushToFork: (number, edits) => {
      const { state } = github;
      const pull = state.pulls.find((one) => one.number === number)!;
      return pushToFork(state, pull, { by: state.users.get(login)!, edits });
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

async function push(
  github: GitHub,
  login: string,
  options: PushOptions,
): Promise<{ pushed: boolean; text: string; sha: string }> {
  const folder = await mkdtemp(join(tmpdir(), "seedbed-person-"));
  try {
    const git = gitOf(github, login, { cwd: folder, date: options.date ?? github.state.now() });
    const { git: server, defaultBranch } = github.state;
    // What a clone would have fetched, without the processes of a fetch; the push is what GitHub's rules are about.
    await git(["clone", "--quiet", "--shared", "--no-checkout", server.folder, "."]);
    const known = (await server.resolve(`refs/heads/${options.branch}`)) !== null;
    await git([
      "checkout",
      "--quiet",
      "-B",
      "work",
      options.from ?? `origin/${known ? options.branch : defaultBranch}`,
    ]);
    const merged = await Promise.all((options.merge ?? []).map((name) => server.resolve(name)));
    if (merged.length > 0) await git(["merge", "--quiet", "--no-ff", "--no-commit", ...merged.map(String)]);
    for (const [path, text] of Object.entries(options.edits)) await edit(folder, path, text);
    await git(["add", "--all"]);
    await commit(git, options);
    const sha = (await git(["rev-parse", "HEAD"])).stdout;
    const result = await git(
      [
        "push",
        ...(options.force ? ["--force"] : []),
        github.cloneUrl(login),
        `HEAD:${options.ref ?? `refs/heads/${options.branch}`}`,
      ],
      false,
    );
    return { pushed: result.exitCode === 0, text: result.stderr, sha };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function commit(git: Git, { message = "Change", parents = [] }: PushOptions): Promise<void> {
  if (parents.length === 0) return void (await git(["commit", "--quiet", "--allow-empty", "-m", message]));
  const tree = (await git(["write-tree"])).stdout;
  const made = await git(["commit-tree", tree, ...["HEAD", ...parents].flatMap((name) => ["-p", name]), "-m", message]);
  await git(["reset", "--quiet", "--soft", made.stdout]);
}

async function edit(folder: string, path: string, text: string | null): Promise<void> {
  if (text === null) {
    await rm(join(folder, path), { recursive: true, force: true });
    return;
  }
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

type Git = ReturnType<typeof gitOf>;

function gitOf(github: GitHub, login: string, { cwd, date }: { cwd: string; date: string }) {
  const id = github.state.users.get(login)?.id ?? 0;
  const email = `${id}+${login}@users.noreply.github.com`;
  const env = {
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_AUTHOR_NAME: login,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: login,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: date,
  };
  return (args: string[], strict = true) => execa("git", args, { cwd, env, reject: strict });
}
