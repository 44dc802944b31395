import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { SeedbedError } from "../error.ts";
import type { Tree } from "../ports.ts";

const run = promisify(execFile);

/** A git checkout, read with the `git` program. */
export interface GitCheckout {
  /** Absolute path of the top folder. */
  top: string;
  /** Paths that differ from HEAD, untracked ones included; empty when the work tree is clean. */
  dirtyPaths(): Promise<string[]>;
  /** Commits of HEAD's first-parent line that changed a path, oldest first. */
  commitsThatChanged(pathspec: string): Promise<string[]>;
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
    dirtyPaths: async () => parseStatus(await git(["status", "--porcelain=v1", "-z"], top)),
    commitsThatChanged: async (pathspec) => {
      const text = await git(["rev-list", "--reverse", "--first-parent", "HEAD", "--", pathspec], top);
      return text.split("\n").filter((line) => line !== "");
    },
    treeAt: (commit) => treeAt(top, commit),
    head: async () =>
      ((await git(["rev-list", "--all", "--max-count=1"])).trim() && (await git(["rev-parse", "HEAD"])).trim()) || null,
    gitUserName: async () => (await git(["config", "--default", "", "--get", "user.name"])).trim(),
  };
}

function treeAt(top: string, commit: string): Tree {
  const entries = async (path: string) => parseEntries(await runGit(["ls-tree", "-r", "-z", commit, "--", path], top));
  return {
    read: async (path) => {
      const entry = (await entries(path)).find((candidate) => candidate.path === path);
      if (!entry) return null;
      if (!entry.mode.startsWith("100"))
        throw new SeedbedError("not-a-regular-file", `${path} at ${commit} is a link or a submodule.`, {
          fix: `Replace ${path} with a regular file.`,
        });
      return runGit(["cat-file", "blob", entry.object], top);
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
  try {
    // Without these a user's configuration could change the output format.
    const { stdout } = await run("git", ["-c", "core.quotepath=off", "-c", "color.ui=never", ...args], {
      cwd,
      maxBuffer: 256 * 1024 * 1024,
    });
    return stdout;
  } catch (cause) {
    const said = (cause as { stderr?: string }).stderr?.trim() ?? String(cause);
    throw new SeedbedError("git-failed", `git ${args[0]} failed: ${said}`, {
      fix: "Run the command inside a git checkout of the repository that holds environments/.",
      cause,
    });
  }
}
