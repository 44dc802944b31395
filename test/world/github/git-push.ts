import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import type { BareRepository } from "./git/bare-repository.ts";
import { editTree } from "./git/edit-tree.ts";
import { ObjectStore } from "./git/object-store.ts";
import { encodeCommit } from "./git/objects.ts";
import type { GitHub } from "./github.ts";
import { noreply, type Account, type State } from "./state.ts";

export interface PushOptions {
  branch: string;
  /** Where to push instead, by its full name: what is no branch. */
  ref?: string;
  /** Files to write (text) and to remove (null), by path. */
  edits: Record<string, string | null>;
  message?: string;
  /** Start a new branch here instead of on top of it. */
  from?: string;
  force?: boolean;
  /** Branches and commits that git merges first, several of them as an octopus; the edits come on top of the result. */
  merge?: string[];
  /** Further parents, by SHA, whose files the commit does not take over. */
  parents?: string[];
  /** Whom the commit names; an address that is not registered belongs to nobody. Default: whoever pushes. */
  author?: Identity;
  committer?: Identity;
  /** When the commit says that it was made, ISO 8601. Default: the world's time. */
  date?: string;
}

interface Identity {
  name: string;
  email: string;
}

/** Who pushes, and the token that shows it. */
export interface Pusher {
  account: Account;
  token: string;
}

export interface Pushed {
  pushed: boolean;
  /** What git printed. */
  text: string;
  sha: string;
}

/** Commits as git would, and pushes with real git, over GitHub's git server. */
export async function push(github: GitHub, pusher: Pusher, options: PushOptions): Promise<Pushed> {
  const folder = await mkdtemp(join(tmpdir(), "seedbed-person-"));
  const own = await openClone(folder, github.state.git);
  try {
    const sha = await commit(github.state, own, { pusher, options });
    const force = options.force ? ["--force"] : [];
    const ref = `${sha}:${options.ref ?? `refs/heads/${options.branch}`}`;
    const args = ["push", ...force, github.cloneUrlWith(pusher.token), ref];
    const result = await execa("git", args, { cwd: folder, env: ENVIRONMENT, reject: false });
    return { pushed: result.exitCode === 0, text: result.stderr, sha };
  } finally {
    own.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a clone that shares its objects would be, without its processes; the push is what GitHub's rules are about. */
async function openClone(folder: string, server: BareRepository): Promise<ObjectStore> {
  await mkdir(join(folder, "objects/info"), { recursive: true });
  await mkdir(join(folder, "refs/heads"), { recursive: true });
  await writeFile(join(folder, "objects/info/alternates"), `${join(server.folder, "objects")}\n`);
  await writeFile(join(folder, "config"), "[core]\n\trepositoryformatversion = 0\n\tbare = true\n");
  await writeFile(join(folder, "HEAD"), "ref: refs/heads/work\n");
  return new ObjectStore(folder, {});
}

async function commit(
  { git, now, defaultBranch }: State,
  own: ObjectStore,
  { pusher, options }: { pusher: Pusher; options: PushOptions },
): Promise<string> {
  const me = noreply(pusher.account);
  const { author = me, committer = me, date = now(), message = "Change", parents = [] } = options;
  const start = options.from?.replace(/^origin\//, "refs/heads/") ?? `refs/heads/${options.branch}`;
  const from = (await git.resolve(start)) ?? (options.from ? null : await git.resolve(`refs/heads/${defaultBranch}`));
  if (from === null) throw new Error(`there is no ${start} to start from`);
  const merged = await merge(git, from, options.merge ?? []);
  const edits = Object.entries(options.edits).map(async ([path, text]) => ({
    path,
    mode: "100644",
    sha: text === null ? null : await own.write("blob", Buffer.from(text)),
  }));
  const tree = await editTree({ from: git.store, to: own }, merged.tree, await Promise.all(edits));
  const people = { author: { ...author, date }, committer: { ...committer, date } };
  const content = { tree, parents: [from, ...merged.parents, ...parents], ...people, message: message.trim() };
  return own.write("commit", encodeCommit(content));
}

/** Several at once as an octopus: each is merged into what those before it have made. */
async function merge(git: BareRepository, from: string, names: string[]): Promise<{ tree: string; parents: string[] }> {
  const start = await git.commit(from);
  let tip = start;
  const parents: string[] = [];
  for (const name of names) {
    const { sha } = await git.commit(name);
    if (await git.isAncestor(sha, tip.sha)) continue;
    const tree = await git.mergeTree(tip.sha, sha);
    if (tree === null) throw new Error(`git cannot merge ${name}`);
    parents.push(sha);
    tip = await git.commit(await git.writeCommit({ ...start, tree, parents: [tip.sha, sha] }));
  }
  return { tree: tip.tree, parents };
}

/** A developer's own configuration must not change what the world does. */
const ENVIRONMENT = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", GIT_TERMINAL_PROMPT: "0" };
