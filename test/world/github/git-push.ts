import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import type { GitHub } from "./github.ts";
import { noreply, type Account } from "./state.ts";

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

/** Commits and pushes with real git, over GitHub's git server. */
export async function push(github: GitHub, { account, token }: Pusher, options: PushOptions): Promise<Pushed> {
  const folder = await mkdtemp(join(tmpdir(), "seedbed-person-"));
  try {
    const me = noreply(account);
    const { author = me, committer = me, date = github.state.now() } = options;
    const git = gitOf(folder, { author, committer, date });
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
        github.cloneUrlWith(token),
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

function gitOf(cwd: string, { author, committer, date }: { author: Identity; committer: Identity; date: string }) {
  const env = {
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: committer.name,
    GIT_COMMITTER_EMAIL: committer.email,
    GIT_COMMITTER_DATE: date,
  };
  return (args: string[], strict = true) => execa("git", args, { cwd, env, reject: strict });
}
