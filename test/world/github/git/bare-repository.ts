import { spawn } from "node:child_process";
import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ObjectReader } from "./object-reader.ts";
import { parseCommit, type CommitObject, type Person } from "./parse-commit.ts";

export interface TreeEntry {
  path: string;
  mode: string;
  type: "blob" | "tree" | "commit";
  sha: string;
  /** Bytes of a blob; null for what has no size of its own. */
  size: number | null;
}

/** A change of one path in a new tree; `sha: null` removes it. */
export interface TreeEdit {
  path: string;
  mode: string;
  sha: string | null;
}

const SHA = /^[0-9a-f]{40}$/;

/** A real bare repository on disk, worked on with the `git` program only. */
export class BareRepository {
  readonly folder: string;
  /** Answers about objects by their full names never change: a process less for each. */
  readonly #objects = new Map<string, Promise<Buffer>>();

  readonly #commits = new Map<string, Promise<CommitObject>>();
  readonly #reader: ObjectReader;

  private constructor(folder: string) {
    this.folder = folder;
    this.#reader = new ObjectReader(folder, ENVIRONMENT);
  }

  static async create(folder: string, branch: string): Promise<BareRepository> {
    const repository = new BareRepository(folder);
    const init = ["init", "--quiet", "--bare", "--template=", `--initial-branch=${branch}`, folder];
    await runGit(init, { cwd: "/" });
    await appendFile(
      join(folder, "config"),
      // GitHub's own refs of pull requests cannot be pushed to: git then says "deny updating a hidden ref".
      "[http]\n\treceivepack = true\n[receive]\n\tdenyNonFastForwards = false\n\thideRefs = refs/pull\n",
    );
    return repository;
  }

  /** Ends the process that looks objects up. */
  close(): void {
    this.#reader.close();
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
    return (await this.#reader.find(name))?.sha ?? null;
  }

  /** null if there is no such object. */
  async typeOf(name: string): Promise<TreeEntry["type"] | "tag" | null> {
    return (await this.#reader.find(name))?.type ?? null;
  }

  async refs(): Promise<Map<string, string>> {
    const text = await this.git(["for-each-ref", "--format=%(refname) %(objectname)"]);
    return new Map(lines(text).map((line) => line.split(" ") as [string, string]));
  }

  async writeBlob(bytes: Buffer): Promise<string> {
    return (await this.git(["hash-object", "-w", "--stdin"], { input: bytes })).trim();
  }

  async readBlob(sha: string): Promise<Buffer> {
    const found = await this.#reader.read(sha);
    if (found?.type !== "blob") throw new Error(`there is no blob ${sha}`);
    return found.bytes;
  }

  async tree(name: string, recursive: boolean): Promise<TreeEntry[]> {
    const text = await this.git(["ls-tree", "-z", "--long", ...(recursive ? ["-r", "-t"] : []), name]);
    return text
      .split("\0")
      .filter((entry) => entry !== "")
      .map((entry) => {
        const [facts, path] = entry.split("\t") as [string, string];
        const [mode, type, sha, size] = facts.split(/ +/) as [string, TreeEntry["type"], string, string];
        return { path, mode, type, sha, size: size === "-" ? null : Number(size) };
      });
  }

  /** A tree from another one and edits, through an index of its own. */
  async writeTree(base: string | null, edits: TreeEdit[]): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "seedbed-index-"));
    const env = { GIT_INDEX_FILE: join(folder, "index") };
    try {
      await this.git(base === null ? ["read-tree", "--empty"] : ["read-tree", base], { env });
      const input = edits.map(
        ({ path, mode, sha }) => `${sha === null ? "0" : mode} ${sha ?? "0".repeat(40)}\t${path}`,
      );
      await this.git(["update-index", "--add", "--remove", "--index-info"], { env, input: `${input.join("\n")}\n` });
      return (await this.git(["write-tree"], { env })).trim();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async writeCommit(commit: Omit<CommitObject, "sha">): Promise<string> {
    const env = { ...personEnv("AUTHOR", commit.author), ...personEnv("COMMITTER", commit.committer) };
    const parents = commit.parents.flatMap((parent) => ["-p", parent]);
    const input = commit.message.endsWith("\n") ? commit.message : `${commit.message}\n`;
    return (await this.git(["commit-tree", commit.tree, ...parents], { env, input })).trim();
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
    const found = await this.#reader.read(`${name}^{commit}`);
    if (found === null) throw new Error(`there is no commit ${name}`);
    return parseCommit(found.sha, found.bytes);
  }

  /** Compare-and-swap; false if the ref is no longer at `expected`. */
  async updateRef(ref: string, to: string, expected: string | null): Promise<boolean> {
    try {
      await this.git(["update-ref", ref, to, expected ?? "0".repeat(40)]);
      return true;
    } catch {
      if ((await this.resolve(ref)) === expected) throw new Error(`git refused to move ${ref} to ${to}`);
      return false;
    }
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

  async mergeBase(one: string, other: string): Promise<string | null> {
    if (await this.isAncestor(one, other)) return one;
    if (await this.isAncestor(other, one)) return other;
    const text = await this.git(["merge-base", one, other]).catch(() => "");
    return text.trim() === "" ? null : text.trim();
  }

  /** The tree of a merge by merge-ort, renames and several merge bases included; null when git cannot merge. */
  async mergeTree(ours: string, theirs: string): Promise<string | null> {
    try {
      return lines(await this.git(["merge-tree", "--write-tree", "--no-messages", ours, theirs]))[0]!;
    } catch (error) {
      // git-merge-tree(1): 1 is a conflict. Everything else is a failure, of which one is about the two commits.
      const cannot = error instanceof GitFailure && (error.code === 1 || /unrelated histories/.test(error.message));
      if (cannot) return null;
      throw error;
    }
  }

  async diff(from: string, to: string): Promise<{ status: string; path: string; previous: string | null }[]> {
    const text = await this.git(["diff-tree", "-r", "-z", "-M", "--name-status", from, to]);
    const parts = text.split("\0").filter((part) => part !== "");
    const changes: { status: string; path: string; previous: string | null }[] = [];
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

  async revList(args: string[]): Promise<string[]> {
    return lines(await this.git(["rev-list", ...args]));
  }
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

function personEnv(role: "AUTHOR" | "COMMITTER", person: Person): Record<string, string> {
  return { [`GIT_${role}_NAME`]: person.name, [`GIT_${role}_EMAIL`]: person.email, [`GIT_${role}_DATE`]: person.date };
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
