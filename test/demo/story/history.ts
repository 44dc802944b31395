import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import type { Platform } from "../platform/platform.ts";

const CLI = join(import.meta.dirname, "../../../src/cli.ts");

/** Verifies the whole history; after one commit is tampered with, `verify` names that commit. */
export async function verifyHistory(platform: Platform): Promise<void> {
  const { tell, world, github } = platform;
  const clone = join(world.folder, "clone");
  await mkdir(clone, { recursive: true });
  const git = (...args: string[]) =>
    execa("git", ["-c", "user.name=root", "-c", "user.email=root@example.test", ...args], { cwd: clone });
  await git("clone", "--quiet", github.cloneUrl("ada"), ".");
  const verify = () =>
    execa(process.execPath, [CLI, "verify", "--repository-id", "812345678"], {
      cwd: clone,
      reject: false,
      env: { NODE_NO_WARNINGS: "1" },
    });
  const good = await verify();
  tell.command("seedbed verify");
  tell.output(good.stdout);
  const { stdout: lock } = await git("show", "HEAD:environments/hr/seed.lock.yaml");
  await writeFile(
    join(clone, "environments/hr/seed.lock.yaml"),
    lock.replace(/^generation: (\d+)/m, (_all, n: string) => `generation: ${Number(n) + 5}`),
  );
  await git("commit", "--quiet", "--all", "-m", "A small correction");
  const { stdout: tampered } = await git("rev-parse", "HEAD");
  const bad = await verify();
  tell.output(bad.stdout.split("\n").slice(0, 4).join("\n"));
  tell.prove({
    what: "anybody can verify the history",
    observed: `exit ${good.exitCode} for the whole history; exit ${bad.exitCode} with one tampered commit, naming ${tampered.slice(0, 7)}`,
    where: "clone/ (seedbed verify)",
    holds: good.exitCode === 0 && bad.exitCode === 1 && bad.stdout.includes(tampered.slice(0, 12)),
  });
  const writers = await countWriters(platform);
  tell.prove({
    what: "only the App and merges write to main",
    observed: `${writers.app} commits by seedbed[bot], ${writers.merges} merged pull requests, 1 initial commit; ${writers.others} others`,
    where: "git -C github.git log --first-parent main",
    holds: writers.others === 0 && writers.app > 0 && writers.merges === 4,
  });
}

/** Counts who wrote the first-parent commits of main, according to git and the pull requests. */
async function countWriters({ github: { state } }: Platform) {
  const merges = new Set(state.pulls.map(({ mergeCommit }) => mergeCommit));
  const log = await state.git.git(["log", "--first-parent", "--format=%H %P|%an", "refs/heads/main"]);
  const counts = { app: 0, merges: 0, others: 0 };
  for (const line of log.trim().split("\n")) {
    const [commits = "", author] = line.split("|");
    const [sha = "", parent] = commits.trim().split(" ");
    if (parent === undefined) continue;
    if (merges.has(sha)) counts.merges += 1;
    else if (author === `${state.app.slug}[bot]`) counts.app += 1;
    else counts.others += 1;
  }
  return counts;
}
