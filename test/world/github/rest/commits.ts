import { attribute, type Pull, type State } from "../state.ts";
import { viewKnown } from "../view-account.ts";
import { viewShortPull } from "../views.ts";
import { viewGitCommit } from "./git-data.ts";
import { ok, page, refuse, type Call, type Reply, type Rest } from "./rest.ts";

/** The repository, its branches, commits, comparisons, activity, rules and files. */
export function addCommitRoutes(rest: Rest, viewRepo: () => object): void {
  const { state } = rest;
  rest.onRepository("GET /", { need: ["metadata", "read"], handle: () => ok(viewRepo()) });
  rest.on(`GET /repos/${state.owner}/${state.name}`, { need: ["metadata", "read"], handle: () => ok(viewRepo()) });
  rest.onRepository("GET /branches/:branch{.+}", {
    need: ["contents", "read"],
    handle: (call) => readBranch(state, call),
  });
  rest.onRepository("GET /commits", { need: ["contents", "read"], handle: (call) => listCommits(state, call) });
  rest.onRepository("GET /commits/:sha/pulls", {
    need: ["pull_requests", "read"],
    handle: async (call) => page(call, await pullsOfCommit(state, call.param("sha"))),
  });
  rest.onRepository("GET /commits/:ref", {
    need: ["contents", "read"],
    handle: async (call) => {
      const sha = await state.git.resolve(`${call.param("ref")}^{commit}`);
      return sha === null
        ? refuse(422, `No commit found for SHA: ${call.param("ref")}`)
        : ok(await viewCommit(state, sha));
    },
  });
  rest.onRepository("GET /compare/:basehead{.+}", {
    need: ["contents", "read"],
    handle: (call) => compare(state, call),
  });
  rest.onRepository("GET /contents/:path{.+}", {
    need: ["contents", "read"],
    handle: (call) => readContents(state, call),
  });
  rest.onRepository("GET /rules/branches/:branch{.+}", {
    need: ["metadata", "read"],
    handle: (call) => branchRules(state, call),
  });
}

async function readBranch(state: State, call: Call): Promise<Reply> {
  const name = call.param("branch");
  const sha = await state.git.resolve(`refs/heads/${name}`);
  return sha === null
    ? refuse(404, "Branch not found")
    : ok({ name, commit: await viewCommit(state, sha), protected: name === state.defaultBranch });
}

/** A commit with the accounts that GitHub attributes it to. */
export async function viewCommit(state: State, sha: string) {
  const commit = await state.git.commit(sha);
  const account = (email: string) => viewKnown(attribute(state, email));
  const { author, committer, message, tree, verification } = viewGitCommit(commit);
  return {
    sha,
    commit: { author, committer, message, tree, verification },
    author: account(commit.author.email),
    committer: account(commit.committer.email),
    parents: commit.parents.map((parent) => ({ sha: parent })),
    html_url: "",
  };
}

async function listCommits(state: State, call: Call): Promise<Reply> {
  const from = call.query("sha") ?? state.defaultBranch;
  const path = call.query("path");
  if (!(await state.git.resolve(`${from}^{commit}`))) return refuse(404, "Not Found");
  const shas = await state.git.listCommits(from, path === undefined ? {} : { path });
  const reply = page(call, shas);
  return { ...reply, json: await Promise.all((reply.json as string[]).map((sha) => viewCommit(state, sha))) };
}

/** Of a commit on the default branch the pull request that brought it there, also when a merge commit did; else the open ones. */
async function pullsOfCommit(state: State, sha: string) {
  const found = [];
  for (const pull of state.pulls) {
    const inBranch = pull.state === "open" && (await state.git.isAncestor(sha, pull.headSha).catch(() => false));
    const base = await state.git.resolve(`refs/heads/${pull.baseBranch}`);
    const onBase = inBranch && base !== null && (await state.git.isAncestor(sha, base));
    const brought = pull.mergeCommit !== null && (await isBroughtBy(state, sha, pull));
    if (brought || pull.headSha === sha || (inBranch && !onBase)) found.push(viewShortPull(state, pull));
  }
  return found;
}

async function isBroughtBy(state: State, sha: string, { mergeCommit, headSha }: Pull): Promise<boolean> {
  if (mergeCommit === sha) return true;
  const before = await state.git.resolve(`${mergeCommit}^1`);
  return (await state.git.isAncestor(sha, headSha)) && !(await state.git.isAncestor(sha, before ?? ""));
}

/** "Up to 300 changed files for the entire comparison" (docs.github.com, Compare two commits). */
const MOST_COMPARED = 300;

async function compare(state: State, call: Call): Promise<Reply> {
  const [base = "", head = ""] = call.param("basehead").split("...");
  const [from, to] = [await state.git.resolve(`${base}^{commit}`), await state.git.resolve(`${head}^{commit}`)];
  if (from === null || to === null) return refuse(404, "Not Found");
  const mergeBase = await state.git.mergeBase(from, to);
  if (mergeBase === null) return refuse(404, `No common ancestor between ${base} and ${head}.`);
  const ahead = mergeBase === to ? [] : (await state.git.listCommits(to, { without: [from] })).reverse();
  const behind = mergeBase === from ? [] : await state.git.listCommits(from, { without: [to] });
  const status =
    ahead.length > 0 ? (behind.length > 0 ? "diverged" : "ahead") : behind.length > 0 ? "behind" : "identical";
  const files = (await state.git.diff(mergeBase, to))
    .slice(0, MOST_COMPARED)
    .map(({ path, status: change, previous }) => ({
      filename: path,
      status: change,
      ...(previous ? { previous_filename: previous } : {}),
    }));
  const commits = await Promise.all(ahead.map((sha) => viewCommit(state, sha)));
  return ok({
    status,
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    merge_base_commit: await viewCommit(state, mergeBase),
    base_commit: await viewCommit(state, from),
    commits,
    files,
  });
}

async function readContents(state: State, call: Call): Promise<Reply> {
  const path = call.param("path");
  const at = call.query("ref") ?? state.defaultBranch;
  const tree = await state.git.resolve(`${at}^{tree}`);
  const entry =
    tree === null ? undefined : (await state.git.tree(tree, true)).find((candidate) => candidate.path === path);
  if (!entry) return refuse(404, "Not Found");
  if (entry.type !== "blob") return ok([]);
  const bytes = await state.git.readBlob(entry.sha);
  return ok({
    type: entry.mode === "120000" ? "symlink" : "file",
    encoding: "base64",
    size: bytes.length,
    name: path.split("/").at(-1),
    path,
    content: bytes.toString("base64"),
    sha: entry.sha,
  });
}

function branchRules(state: State, call: Call): Reply {
  if (state.plan === "free")
    return refuse(403, "Upgrade to GitHub Pro or make this repository public to enable this feature.");
  if (call.param("branch") !== state.defaultBranch || state.ruleset.enforcement !== "active") return page(call, []);
  const source = { ruleset_source_type: "Repository", ruleset_source: `${state.owner}/${state.name}`, ruleset_id: 1 };
  return page(
    call,
    state.ruleset.rules.map((rule) => ({ ...rule, ...source })),
  );
}
