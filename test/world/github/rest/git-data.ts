import { afterRefUpdate, mayPush, whyQueued } from "../pushes.ts";
import { noreply, type Account, type State } from "../state.ts";
import type { TreeEntry } from "../git/bare-repository.ts";
import type { TreeEdit } from "../git/edit-tree.ts";
import type { Actor } from "../tokens.ts";
import { ok, refuse, text, type Call, type Reply, type Rest } from "./rest.ts";

/** Blobs, trees, commits and refs, as real git objects. */
export function addGitRoutes(rest: Rest): void {
  const { state } = rest;
  rest.onRepository("POST /git/blobs", { need: ["contents", "write"], handle: (call) => createBlob(state, call) });
  rest.onRepository("GET /git/blobs/:sha", {
    need: ["contents", "read"],
    handle: (call) => readBlob(state, call.param("sha")),
  });
  rest.onRepository("POST /git/trees", { need: ["contents", "write"], handle: (call) => createTree(state, call) });
  rest.onRepository("GET /git/trees/:sha{.+}", { need: ["contents", "read"], handle: (call) => readTree(state, call) });
  rest.onRepository("POST /git/commits", { need: ["contents", "write"], handle: (call) => createCommit(state, call) });
  rest.onRepository("GET /git/commits/:sha", {
    need: ["contents", "read"],
    handle: async (call) =>
      (await state.git.resolve(`${call.param("sha")}^{commit}`))
        ? ok(viewGitCommit(await state.git.commit(call.param("sha"))))
        : refuse(404, "Not Found"),
  });
  rest.onRepository("GET /git/ref/:ref{.+}", {
    need: ["contents", "read"],
    handle: async (call) => {
      const ref = `refs/${call.param("ref")}`;
      const sha = await state.git.resolve(ref);
      return sha === null ? refuse(404, "Not Found") : ok(viewRef(ref, sha));
    },
  });
  rest.onRepository("GET /git/matching-refs/:ref{.+}", {
    need: ["contents", "read"],
    handle: async (call) => {
      const prefix = `refs/${call.param("ref")}`;
      const found = [...(await state.git.refs())].filter(([ref]) => ref.startsWith(prefix));
      return ok(found.map(([ref, sha]) => viewRef(ref, sha)));
    },
  });
  rest.onRepository("POST /git/refs", { need: ["contents", "write"], handle: (call) => createRef(state, call) });
  rest.onRepository("PATCH /git/refs/:ref{.+}", {
    need: ["contents", "write"],
    handle: (call) => moveRef(state, call),
  });
}

async function createBlob(state: State, call: Call): Promise<Reply> {
  const encoding = text(call, "encoding", "utf-8") === "base64" ? "base64" : "utf8";
  return ok({ sha: await state.git.writeBlob(Buffer.from(text(call, "content"), encoding)), url: "" }, 201);
}

async function readBlob(state: State, sha: string): Promise<Reply> {
  if ((await state.git.typeOf(sha)) !== "blob") return refuse(404, "Not Found");
  const bytes = await state.git.readBlob(sha);
  return ok({ sha, size: bytes.length, encoding: "base64", content: bytes.toString("base64"), node_id: "", url: "" });
}

async function createTree(state: State, call: Call): Promise<Reply> {
  const base = text(call, "base_tree");
  if (base !== "" && (await state.git.typeOf(base)) !== "tree") return refuse(422, "base_tree is not a tree oid");
  const edits: TreeEdit[] = [];
  for (const entry of (call.body["tree"] ?? []) as {
    path: string;
    mode: string;
    sha?: string | null;
    content?: string;
  }[]) {
    const sha =
      entry.content === undefined ? (entry.sha ?? null) : await state.git.writeBlob(Buffer.from(entry.content));
    if (sha !== null && !(await state.git.resolve(`${sha}^{object}`)) && entry.mode !== "160000")
      return refuse(422, `tree.sha ${sha} is not a valid object`);
    edits.push({ path: entry.path, mode: entry.mode, sha });
  }
  const sha = await state.git.writeTree(base === "" ? null : base, edits);
  return ok({ sha, tree: viewEntries(await state.git.tree(sha, false)), truncated: false }, 201);
}

async function readTree(state: State, call: Call): Promise<Reply> {
  const sha = await state.git.resolve(`${call.param("sha")}^{tree}`);
  if (sha === null) return refuse(404, "Not Found");
  const recursive = call.query("recursive") !== undefined;
  return ok({ sha, tree: viewEntries(await state.git.tree(sha, recursive)), truncated: false });
}

/** Blobs alone have a size. */
function viewEntries(entries: TreeEntry[]) {
  return entries.map(({ path, mode, type, sha, size }) => ({
    path,
    mode,
    type,
    sha,
    ...(size === null ? {} : { size }),
    url: "",
  }));
}

async function createCommit(state: State, call: Call): Promise<Reply> {
  const tree = text(call, "tree");
  if (!(await state.git.resolve(`${tree}^{tree}`))) return refuse(422, "Tree SHA does not exist");
  const at = { ...noreply(call.actor.account), date: state.now() };
  const parents = (call.body["parents"] ?? []) as string[];
  // GitHub lets a client name any author: attribution by address is only as good as that.
  const author = (call.body["author"] as { name: string; email: string; date?: string } | undefined) ?? at;
  const committer = (call.body["committer"] as typeof author | undefined) ?? (call.body["author"] ? author : at);
  const sha = await state.git.writeCommit({
    tree,
    parents,
    message: text(call, "message"),
    author: { ...author, date: author.date ?? at.date },
    committer: { ...committer, date: committer.date ?? at.date },
  });
  return ok(viewGitCommit(await state.git.commit(sha)), 201);
}

export function viewGitCommit(commit: Awaited<ReturnType<State["git"]["commit"]>>) {
  return {
    sha: commit.sha,
    message: commit.message,
    tree: { sha: commit.tree, url: "" },
    parents: commit.parents.map((sha) => ({ sha, url: "", html_url: "" })),
    author: commit.author,
    committer: commit.committer,
    verification: {
      verified: commit.committer.email === "noreply@github.com",
      reason: "unsigned",
      signature: null,
      payload: null,
    },
  };
}

function viewRef(ref: string, sha: string) {
  return { ref, node_id: "", url: "", object: { type: "commit", sha, url: "" } };
}

async function createRef(state: State, call: Call): Promise<Reply> {
  const [ref, sha] = [text(call, "ref"), text(call, "sha")];
  if (!ref.startsWith("refs/") || ref.split("/").length < 3) return refuse(422, "Reference name is not valid");
  if (await state.git.resolve(ref)) return refuse(422, "Reference already exists");
  const denied = await whyNot(state, call.actor, { ref, from: null, to: sha });
  if (denied) return denied;
  await state.git.updateRef(ref, sha, null);
  await afterRefUpdate(state, { ref, before: null, after: sha, actor: call.actor.account });
  return ok(viewRef(ref, sha), 201);
}

async function moveRef(state: State, call: Call): Promise<Reply> {
  const ref = `refs/${call.param("ref")}`;
  const from = await state.git.resolve(ref);
  const to = text(call, "sha");
  if (from === null) return refuse(422, "Reference does not exist");
  if (!(await state.git.resolve(`${to}^{commit}`))) return refuse(422, "Object does not exist");
  if (call.body["force"] !== true && !(await state.git.isAncestor(from, to)))
    return refuse(422, "Update is not a fast forward");
  const denied = await whyNot(state, call.actor, { ref, from, to });
  if (denied) return denied;
  if (!(await state.git.updateRef(ref, to, from))) return refuse(422, "Update is not a fast forward");
  await afterRefUpdate(state, { ref, before: from, after: to, actor: call.actor.account });
  return ok(viewRef(ref, to));
}

async function whyNot(
  state: State,
  actor: Actor,
  move: { ref: string; from: string | null; to: string },
): Promise<Reply | null> {
  const queued = whyQueued(state, move.ref);
  if (queued !== null) return refuse(422, queued);
  if (!mayPush(state, move.ref, actor.account as Account))
    return refuse(422, "Repository rule violations found\n\nChanges must be made through a pull request.\n\n");
  if (actor.kind === "user" || actor.permissions["workflows"] === "write") return null;
  const commits = await state.git.listCommits(move.to, { without: [...new Set((await state.git.refs()).values())] });
  for (const commit of commits) {
    if (await hasSameWorkflows(state, commit)) continue;
    const tree = ["diff-tree", "--root", "-r", "-m", "--no-commit-id", "--name-only", commit, "--", WORKFLOWS];
    const touched = await state.git.git(tree);
    if (touched.trim() !== "")
      return refuse(
        403,
        `refusing to allow a GitHub App to create or update workflow \`${touched.trim().split("\n")[0]}\` without \`workflows\` permission`,
      );
  }
  return null;
}

const WORKFLOWS = ".github/workflows";

/** Whether a commit has the workflows of each of its parents. */
async function hasSameWorkflows({ git }: State, commit: string): Promise<boolean> {
  const { parents } = await git.commit(commit);
  const [own, ...others] = await Promise.all([commit, ...parents].map((name) => git.resolve(`${name}:${WORKFLOWS}`)));
  return parents.length > 0 && others.every((other) => other === own);
}
