import { spawn } from "node:child_process";
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { diffTrees, type FileChange } from "./diff-trees.ts";
import { editTree, type TreeEdit } from "./edit-tree.ts";
import { followAll, followPath, listCommits } from "./list-commits.ts";
import { listMergeBases } from "./merge-bases.ts";
import { mayRename, mergePlainly } from "./merge-plainly.ts";
import { ObjectStore } from "./object-store.ts";
import { encodeCommit, isFolder, type TreeRow } from "./objects.ts";
import { parseCommit, type CommitObject } from "./parse-commit.ts";
import { RefStore } from "./ref-store.ts";

export interface TreeEntry {
  path: string;
  mode: string;
  type: "blob" | "tree" | "commit";
  sha: string;
  /** Bytes of a blob; null for what has no size of its own. */
  size: number | null;
}

/** A change as a comparison on GitHub names it. */
export interface TreeChange {
  status: string;
  path: string;
  /** The path before a rename. */
  previous: string | null;
}

const SHA = /^[0-9a-f]{40}$/;

/**
 * A real bare repository on disk. Whatever git has to decide, the `git` program does; a process for each object, ref or commit that is
 * looked up or written would take most of the time of a test.
 */
export class BareRepository {
  readonly folder: string;
  /** Answers about objects by their full names never change: a process less for each. */
  readonly #objects = new Map<string, Promise<Buffer>>();

  readonly #commits = new Map<string, Promise<CommitObject>>();
  readonly store: ObjectStore;
  readonly #refs: RefStore;

  private constructor(folder: string) {
    this.folder = folder;
    this.store = new ObjectStore(folder, ENVIRONMENT);
    this.#refs = new RefStore(folder, ENVIRONMENT);
  }

  static async create(folder: string, branch: string): Promise<BareRepository> {
    const repository = new BareRepository(folder);
    const init = ["init", "--quiet", "--bare", "--template=", `--initial-branch=${branch}`, folder];
    await runGit(init, { cwd: "/" });
    await appendFile(
      join(folder, "config"),
      // GitHub's own refs of pull requests cannot be pushed to: git then says "deny updating a hidden ref".
      "[http]\n\treceivepack = true\n[receive]\n\tdenyNonFastForwards = false\n\thideRefs = refs/pull\n\tautogc = false\n[gc]\n\tauto = 0\n",
    );
    return repository;
  }

  /** Ends the processes that look objects up and move refs. */
  close(): void {
    this.store.close();
    this.#refs.close();
  }

  async git(args: string[], options: { input?: string | Buffer; env?: Record<string, string> } = {}): Promise<string> {
    return (await this.bytes(args, options)).toString("utf8");
  }

  bytes(args: string[], options: { input?: string | Buffer; env?: Record<string, string> } = {}): Promise<Buffer> {
    if (Object.keys(options).length > 0 || !isAboutObjects(args)) return runGit(args, { cwd: this.folder, ...options });
    const key = args.join("\0");
    const known = this.#objects.get(key);
    if (known) return known;
    const asked = runGit(args, { cwd: this.folder });
    this.#objects.set(key, asked);
    // An object that is not there may come.
    asked.catch(() => this.#objects.delete(key));
    return asked;
  }

  /** null if there is no such ref or object. */
  async resolve(name: string): Promise<string | null> {
    const [, commit, path] = /^([0-9a-f]{40}):([^^]+)$/.exec(name) ?? [];
    if (commit !== undefined) return (await this.#find(commit, path!))?.sha ?? null;
    return (await this.store.find(name))?.sha ?? null;
  }

  /** What has a path in a commit or a tree. */
  async #find(name: string, path: string): Promise<TreeRow | null> {
    const top = await this.resolve(`${name}^{tree}`);
    let found: TreeRow | null = top === null ? null : { mode: "040000", name: "", sha: top };
    for (const part of path.split("/")) {
      if (found === null || !isFolder(found)) return null;
      found = (await this.store.rows(found.sha)).find(({ name: own }) => own === part) ?? null;
    }
    return found;
  }

  /** null if there is no such object. */
  async typeOf(name: string): Promise<TreeEntry["type"] | "tag" | null> {
    return (await this.store.find(name))?.type ?? null;
  }

  refs(): Promise<Map<string, string>> {
    return this.#refs.list();
  }

  writeBlob(bytes: Buffer): Promise<string> {
    return this.store.write("blob", bytes);
  }

  async readBlob(sha: string): Promise<Buffer> {
    const found = await this.store.read(sha);
    if (found?.type !== "blob") throw new Error(`there is no blob ${sha}`);
    return found.bytes;
  }

  /** As `git ls-tree --long` lists it, with the folders themselves. */
  async tree(name: string, recursive: boolean): Promise<TreeEntry[]> {
    // A path in a commit is the tree itself, and has no name that would be one.
    const sha = await this.resolve(name.includes(":") ? name : `${name}^{tree}`);
    if (sha === null) throw new Error(`there is no tree ${name}`);
    return this.#list(sha, "", recursive);
  }

  async #list(tree: string, prefix: string, recursive: boolean): Promise<TreeEntry[]> {
    const listed = (await this.store.rows(tree)).map(async (row): Promise<TreeEntry[]> => {
      const path = `${prefix}${row.name}`;
      const type = isFolder(row) ? "tree" : row.mode === "160000" ? "commit" : "blob";
      const size = type === "blob" ? ((await this.store.find(row.sha))?.size ?? null) : null;
      const own: TreeEntry = { path, mode: row.mode, type, sha: row.sha, size };
      return recursive && type === "tree" ? [own, ...(await this.#list(row.sha, `${path}/`, true))] : [own];
    });
    return (await Promise.all(listed)).flat();
  }

  /** A tree from another one and edits. */
  async writeTree(base: string | null, edits: TreeEdit[]): Promise<string> {
    const tree = base === null ? null : await this.resolve(`${base}^{tree}`);
    if (base !== null && tree === null) throw new Error(`there is no tree ${base}`);
    for (const { path, mode, sha } of edits)
      if (sha !== null && mode !== "160000" && (await this.store.find(sha)) === null)
        throw new Error(`${path} is ${sha}, which is not there`);
    return editTree({ from: this.store, to: this.store }, tree, edits);
  }

  async writeCommit(commit: Omit<CommitObject, "sha">): Promise<string> {
    for (const sha of [commit.tree, ...commit.parents])
      if (!SHA.test(sha) || (await this.store.find(sha)) === null) throw new Error(`git has no ${sha} for a commit`);
    return this.store.write("commit", encodeCommit(commit));
  }

  commit(name: string): Promise<CommitObject> {
    const known = this.#commits.get(name);
    if (known) return known;
    const asked = this.#readCommit(name);
    if (!SHA.test(name)) return asked;
    this.#commits.set(name, asked);
    // A commit that is not there may come.
    asked.catch(() => this.#commits.delete(name));
    return asked;
  }

  async #readCommit(name: string): Promise<CommitObject> {
    const found = await this.store.read(`${name}^{commit}`);
    if (found === null) throw new Error(`there is no commit ${name}`);
    return parseCommit(found.sha, found.bytes);
  }

  /** Compare-and-swap, `to: null` removes the ref; false if the ref is no longer at `expected`. */
  async updateRef(ref: string, to: string | null, expected: string | null): Promise<boolean> {
    const refusal = await this.#refs.move(ref, to, expected);
    if (refusal === null) return true;
    if ((await this.resolve(ref)) === expected) throw new Error(`git refused to move ${ref} to ${to}: ${refusal}`);
    return false;
  }

  /** Moves a ref from wherever it is. */
  async setRef(ref: string, to: string | null): Promise<void> {
    const refusal = await this.#refs.move(ref, to);
    if (refusal !== null) throw new Error(`git refused to move ${ref} to ${to}: ${refusal}`);
  }

  /** Whether a commit, by its full SHA, is the other one or reachable from it. */
  async isAncestor(ancestor: string, descendant: string): Promise<boolean> {
    const seen = new Set<string>();
    for (let heads = [descendant]; heads.length > 0;) {
      const commits = await Promise.all(heads.map((name) => this.commit(name).catch(() => null)));
      const reached = commits.filter((commit) => commit !== null);
      if (reached.some(({ sha }) => sha === ancestor)) return true;
      const parents = reached.flatMap((commit) => commit.parents);
      heads = [...new Set(parents)].filter((sha) => !seen.has(sha));
      for (const sha of heads) seen.add(sha);
    }
    return false;
  }

  /** What `git merge-base` names; null if there is none. */
  async mergeBase(one: string, other: string): Promise<string | null> {
    const bases = await this.#basesOf(one, other);
    if (bases.length < 2) return bases[0] ?? null;
    // Which of several comes first, git decides.
    return (await this.git(["merge-base", one, other])).trim();
  }

  #basesOf(one: string, other: string): Promise<string[]> {
    return listMergeBases((sha) => this.commit(sha), one, other);
  }

  /** The tree of a merge by merge-ort, renames and several merge bases included; null when git cannot merge. */
  async mergeTree(ours: string, theirs: string): Promise<string | null> {
    const plain = await this.#mergePlainly(ours, theirs);
    if (plain !== null) return plain;
    try {
      return lines(await this.git(["merge-tree", "--write-tree", "--no-messages", ours, theirs]))[0]!;
    } catch (error) {
      // git-merge-tree(1): 1 is a conflict. Everything else is a failure, of which one is about the two commits.
      const cannot = error instanceof GitFailure && (error.code === 1 || /unrelated histories/.test(error.message));
      if (cannot) return null;
      throw error;
    }
  }

  async #mergePlainly(ours: string, theirs: string): Promise<string | null> {
    const bases = await this.#basesOf(ours, theirs);
    if (bases.length !== 1) return null;
    const [base, own, other] = await Promise.all([bases[0]!, ours, theirs].map((sha) => this.commit(sha)));
    return mergePlainly(this.store, { base: base!.tree, ours: own!.tree, theirs: other!.tree });
  }

  /** Every file that differs, as `git diff-tree -r --no-renames` lists them. */
  async changes(from: string, to: string): Promise<FileChange[]> {
    return diffTrees(this.store, await this.#treesOf(from, to));
  }

  /** As `git diff-tree -r -M --name-status` says it. */
  async diff(from: string, to: string): Promise<TreeChange[]> {
    const trees = await this.#treesOf(from, to);
    const changes = await diffTrees(this.store, trees);
    // Which of them are renames, git decides.
    if (mayRename(changes))
      return parseDiff(await this.git(["diff-tree", "-r", "-z", "-M", "--name-status", ...trees]));
    return changes.map((change) => ({ status: statusOf(change), path: change.path, previous: null }));
  }

  /** The text of a difference, renames as what they are made of. */
  async patch(from: string, to: string): Promise<Buffer> {
    return this.bytes(["diff-tree", "-r", "-p", "--binary", ...(await this.#treesOf(from, to))]);
  }

  async #treesOf(from: string, to: string): Promise<[string, string]> {
    const [one, other] = await Promise.all([from, to].map((name) => this.resolve(`${name}^{tree}`)));
    if (!one || !other) throw new Error(`there is no tree ${from} or ${to}`);
    return [one, other];
  }

  /** As `git rev-list` lists them, the newest first: everything that a commit reaches and the others do not; with a path, what changed it. */
  async listCommits(
    from: string,
    { without = [], path }: { without?: string[]; path?: string } = {},
  ): Promise<string[]> {
    const read = (sha: string) => this.commit(sha);
    const at = async (sha: string) => {
      const row = await this.#find(sha, path!);
      return row && `${row.mode} ${row.sha}`;
    };
    const { sha } = await read(from);
    return listCommits(path === undefined ? followAll(read) : followPath(read, at), sha, without);
  }

  async revList(args: string[]): Promise<string[]> {
    return lines(await this.git(["rev-list", ...args]));
  }
}

/** git-diff(1): a change of the type is none of the content. */
function statusOf({ before, after }: FileChange): string {
  if (before === null) return "added";
  if (after === null) return "removed";
  return before.mode.slice(0, 2) === after.mode.slice(0, 2) ? "modified" : "changed";
}

function parseDiff(text: string): TreeChange[] {
  const parts = text.split("\0").filter((part) => part !== "");
  const changes: TreeChange[] = [];
  while (parts.length > 0) {
    const status = parts.shift()!;
    const first = parts.shift()!;
    if (status.startsWith("R")) changes.push({ status: "renamed", previous: first, path: parts.shift()! });
    else
      changes.push({
        status: { A: "added", D: "removed", M: "modified", T: "changed" }[status] ?? status,
        path: first,
        previous: null,
      });
  }
  return changes;
}

/** A developer's own configuration must not change what the world does. */
const ENVIRONMENT = {
  PATH: process.env["PATH"] ?? "",
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  LC_ALL: "C",
};

/** A command of git that ended with another exit code than 0. */
class GitFailure extends Error {
  readonly code: number | null;

  constructor(code: number | null, message: string) {
    super(message);
    this.code = code;
  }
}

const READERS = new Set(["ls-tree", "show", "diff-tree", "merge-base", "merge-tree", "rev-list"]);

/** Whether a command reads nothing but objects that are named by their full SHA. */
function isAboutObjects([command = "", ...args]: string[]): boolean {
  const names = args.filter((arg) => !arg.startsWith("-"));
  return (
    READERS.has(command) &&
    !args.includes("--all") &&
    names.length > 0 &&
    names.every((name) => /^\^?[0-9a-f]{40}(\^\{\w+\}|:.+)?$/.test(name))
  );
}

function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

function runGit(
  args: string[],
  options: { cwd: string; input?: string | Buffer; env?: Record<string, string> },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const env = { ...ENVIRONMENT, ...options.env };
    const child = spawn("git", ["-c", "core.quotepath=off", ...args], { cwd: options.cwd, env });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(Buffer.concat(out));
      else
        reject(new GitFailure(code, `git ${args[0]} failed (${code}): ${Buffer.concat(err).toString("utf8").trim()}`));
    });
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
  });
}
