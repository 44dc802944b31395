import { chmod, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { approvalDigest } from "../../src/permit/permit.ts";
import { folderOf, isGenerated } from "../../src/layout/database-folder.ts";
import { digestOfBytes } from "../../src/crypto/digest.ts";
import { emptyLock } from "../../src/lock/advance-lock.ts";
import { renderLock } from "../../src/lock/render-lock.ts";
import { renderProblems } from "../../src/problem/render-problems.ts";
import type { Problem } from "../../src/problem/problem.ts";
import { startRepository, type TestRepository } from "../cli/repository.ts";
import { approvalOf, SETTINGS } from "../door/example-main.ts";
import { textOf, type Told } from "./told.ts";

/** A work tree with requests whose files a test makes hostile, byte by byte and mode by mode. */
export interface RequestRepository extends Pick<TestRepository, "folder" | "git" | "remove"> {
  write(path: string, bytes: string | Buffer): Promise<void>;
  link(path: string, target: string): Promise<void>;
  makeExecutable(path: string): Promise<void>;
  move(from: string, to: string): Promise<void>;
  delete(path: string): Promise<void>;
  /** Records a path that a disk cannot hold, such as a submodule. */
  record(mode: string, path: string): void;
  /** Signs a permit for what stands there now. */
  permit(database: string): Promise<void>;
  /** Writes a lock that records a failed run of the permit that stands there. */
  lock(database: string): Promise<void>;
  commit(): string;
  /** What `seedbed validate` says first. */
  validate(severity: Problem["severity"]): Promise<Told | null>;
  /** What the other commands say before they refuse; null for one that works. */
  runs(command: string[]): Promise<string | null>;
  /** What `seedbed verify` says first. */
  verify(): Promise<Told | null>;
}

export async function startRequests(): Promise<RequestRepository> {
  const repository = await startRepository();
  const { folder, git } = repository;
  const at = (path: string) => join(folder, path);
  const write = async (path: string, bytes: string | Buffer) => {
    await mkdir(dirname(at(path)), { recursive: true });
    await writeFile(at(path), bytes);
  };
  await write(".github/seedbed.yml", SETTINGS);
  // Without a day there is a warning.
  await repository.change(
    "environments/hr/database_config.yaml",
    "\ndatabase:\n",
    "\ndatabase:\n  expires: 2027-04-30\n",
  );
  const requests: RequestRepository = {
    folder,
    git,
    remove: repository.remove,
    write,
    link: async (path, target) => {
      await rm(at(path), { recursive: true, force: true });
      await symlink(target, at(path));
    },
    makeExecutable: (path) => chmod(at(path), 0o755),
    move: (from, to) => rename(at(from), at(to)),
    delete: (path) => rm(at(path), { recursive: true, force: true }),
    record: (mode, path) => {
      git("update-index", "--add", "--cacheinfo", `${mode},${git("rev-parse", "HEAD").trim()},${path}`);
    },
    permit: async (database) => {
      const request = await digestsOf(at(folderOf(database).path));
      await write(folderOf(database).approval, approvalOf({ database, request }));
    },
    lock: async (database) => {
      const approval = approvalDigest(await readFile(at(folderOf(database).approval)));
      const attempt = { generation: 1, approval, at: "2026-11-22T15:00:00Z", run: "77" };
      const failed = { ...attempt, outcome: "failed", stage: "export", code: "x", error: "x" } as const;
      await write(folderOf(database).lock, renderLock({ ...emptyLock(database), last_attempt: failed }));
    },
    commit: () => {
      // A submodule that is recorded and not checked out stays recorded.
      git("add", "-A", "--", ".");
      // People's files and the App's never come in one commit.
      const staged = git("diff", "--cached", "--name-only", "-z").split("\0");
      const kept = staged.filter((path) => /\/(?:approval|seed\.lock)\.yaml$/.test(path));
      if (kept.length > 0) git("reset", "-q", "--", ...kept);
      git("commit", "-q", "--allow-empty", "-m", "x");
      git("add", "-A", "--", ".");
      git("commit", "-q", "--allow-empty", "-m", "x");
      return git("rev-parse", "HEAD").trim();
    },
    validate: async (severity) => firstOf((await repository.run("validate", "--json")).out, severity),
    runs: async (command) => {
      const { code, err } = await repository.run(...command);
      return code === 0 ? null : err;
    },
    verify: async () => {
      const told = firstOf((await repository.run("verify", "--json")).out, "error");
      return told && { ...told, text: told.text.replace(/: (?:commit|at) [0-9a-f]{12,40}: /, ": ") };
    },
  };
  requests.commit();
  return requests;
}

function firstOf(json: string, severity: Problem["severity"]): Told | null {
  const { problems } = JSON.parse(json) as { problems: Problem[] };
  const first = problems.find((problem) => problem.severity === severity);
  // Whatever was found can be shown.
  renderProblems(problems, {});
  return first === undefined ? null : { code: first.code, text: textOf(first) };
}

/** Digests of the hand-written files that are there as bytes. */
async function digestsOf(folder: string) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const own = paths.map((path) => path.slice(folder.length + 1)).filter((path) => !isGenerated(path));
  const digests = own.map(async (path) => [path, digestOfBytes(await readFile(join(folder, path)))] as const);
  return Object.fromEntries(await Promise.all(digests));
}
