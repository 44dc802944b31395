import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { SeedbedError } from "../../problem/error.ts";
import type { Tree } from "../../ports/tree.ts";
import { decodeFile, UnreadableFile } from "../../database/unreadable-file.ts";

const run = promisify(execFile);

/** A git checkout, read with the `git` program. */
export interface GitCheckout {
  /** Absolute path of the top folder. */
  top: string;
  /** Paths that differ from HEAD, untracked ones included; empty when the work tree is clean. */
  dirtyPaths(): Promise<string[]>;
  /** Whether the clone has only the newest commits. */
  isShallow(): Promise<boolean>;
  /** Commits of HEAD's first-parent line that changed any of the paths, oldest first. */
  commitsThatChanged(...pathspecs: string[]): Promise<string[]>;
  /** The files of a commit. */
  treeAt(commit: string): Tree;
  /** null where there is no commit yet. */
  head(): Promise<string | null>;
  /** `user.name` as git has it, most often a name and not a login; empty where git has none. */
  gitUserName(): Promise<string>;
}

/** Opens the checkout that holds a folder. */
export async function openGitCheckout(folder: string): Promise<GitCheckout> {
  const git = (args: string[], cwd = folder) => runGit(args, cwd);
  const top = (await git(["rev-parse", "--show-toplevel"])).trim();
  return {
    top,
    dirtyPaths: async () => parseStatus(await git(["status", "--porcelain=v1", "-z", "--untracked-files=all"], top)),
    isShallow: async () => (await git(["rev-parse", "--is-shallow-repository"], top)).trim() === "true",
    commitsThatChanged: async (...pathspecs) => {
      if ((await head(top)) === null) return [];
      const text = await git(["rev-list", "--reverse", "--first-parent", "HEAD", "--", ...pathspecs], top);
      return text.split("\n").filter((line) => line !== "");
    },
    treeAt: (commit) => treeAt(top, commit),
    head: () => head(top),
    gitUserName: async () => (await git(["config", "--default", "", "--get", "user.name"])).trim(),
  };
}

async function head(top: string): Promise<string | null> {
  const any = (await runGit(["rev-list", "--all", "--max-count=1"], top)).trim();
  return any === "" ? null : (await runGit(["rev-parse", "HEAD"], top)).trim();
}

function treeAt(top: string, commit: string): Tree {
  const entries = async (path: string) => parseEntries(await runGit(["ls-tree", "-r", "-z", commit, "--", path], top));
  return {
    read: async (path) => {
      const entry = (await entries(path)).find((candidate) => candidate.path === path);
      if (!entry) return null;
      if (!entry.mode.startsWith("100"))
        throw new UnreadableFile("not-a-regular-file", `${path} at ${commit} is a link or a submodule.`, {
          path,
          line: 1,
          column: 1,
          fix: `Replace ${path} with a regular file.`,
        });
      return decodeFile(path, await runGitForBytes(["cat-file", "blob", entry.object], top));
    },
    list: async (folder) => (await entries(folder === "" ? "." : `${folder}/`)).map(({ path }) => path),
  };
}

function parseEntries(text: string): { mode: string; object: string; path: string }[] {
  return text
    .split("\0")
    .filter((line) => line !== "")
    .map((line) => {
      const [facts, path] = line.split("\t") as [string, string];
      const [mode, , object] = facts.split(" ") as [string, string, string];
      return { mode, object, path };
    });
}

/** `-z` output: `XY path`, and for a rename one more entry with the old path. */
function parseStatus(text: string): string[] {
  return text
    .split("\0")
    .filter((entry) => /^.. /.test(entry))
    .map((entry) => entry.slice(3));
}

async function runGit(args: string[], cwd: string): Promise<string> {
  return (await runGitForBytes(args, cwd)).toString("utf8");
}

async function runGitForBytes(args: string[], cwd: string): Promise<Buffer> {
  try {
    // Without these a user's configuration could change the output format.
    const { stdout } = await run("git", ["-c", "core.quotepath=off", "-c", "color.ui=never", ...args], {
      cwd,
      maxBuffer: 256 * 1024 * 1024,
      encoding: "buffer",
    });
    return stdout;
  } catch (cause) {
    const said = (cause as { stderr?: Buffer }).stderr?.toString("utf8").trim() ?? String(cause);
    throw new SeedbedError("git-failed", `git ${args[0]} failed: ${said}`, {
      fix: "Run the command inside a git checkout of the repository that holds environments/.",
      cause,
    });
  }
}
