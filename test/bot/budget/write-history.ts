import type { BareRepository } from "../../world/github/git/bare-repository.ts";
import type { Files } from "./seeded-databases.ts";

/** A commit on a branch; on top of what the branch is at, or of another commit. */
export interface WrittenCommit {
  branch: string;
  from?: string;
  message: string;
  /** null removes a file. */
  files: Record<string, string | null> | Files;
  /** The account that GitHub attributes it to. */
  author: { login: string; id: number };
  /** ISO 8601. */
  at: string;
}

/** Writes commits with one process of git, past every rule: the past of a world, which nobody played. */
export async function writeHistory(git: BareRepository, commits: readonly WrittenCommit[]): Promise<void> {
  const input = Buffer.concat(commits.flatMap(render));
  await git.git(["fast-import", "--quiet", "--date-format=raw"], { input });
}

function render({ branch, from, message, files, author, at }: WrittenCommit): Buffer[] {
  const who = `${author.login} <${author.id}+${author.login}@users.noreply.github.com> ${Date.parse(at) / 1000} +0000`;
  const head = `commit refs/heads/${branch}\nauthor ${who}\ncommitter ${who}\n`;
  const changes = Object.entries(files).flatMap(([path, text]) =>
    text === null ? [Buffer.from(`D ${path}\n`)] : [Buffer.from(`M 100644 inline ${path}\n`), data(text)],
  );
  return [Buffer.from(head), data(message), Buffer.from(from === undefined ? "" : `from ${from}\n`), ...changes];
}

function data(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from("\n")]);
}
