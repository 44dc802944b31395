import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import type { Platform } from "../platform/platform.ts";

const CLI = join(import.meta.dirname, "../../../src/cli.ts");

/** The whole history holds; with one commit tampered with, it names that one. */
export async function verifyHistory(platform: Platform, pastRuleset: string): Promise<void> {
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
    what: "history can be replayed by anybody",
    observed: `exit ${good.exitCode} over everything; with one tampered commit exit ${bad.exitCode}, and ${tampered.slice(0, 7)} is named`,
    where: "clone/ (seedbed verify)",
    holds: good.exitCode === 0 && bad.exitCode === 1 && bad.stdout.includes(tampered.slice(0, 12)),
  });
  const writers = await countWriters(platform, pastRuleset);
  tell.prove({
    what: "main is written by the App and by merges",
    observed: `${writers.app} commits of seedbed[bot], ${writers.merges} merges of pull requests, 1 first commit, 1 push past the ruleset (chapter before); ${writers.others} others`,
    where: "git -C github.git log --first-parent main",
    holds: writers.others === 0 && writers.app > 0 && writers.merges === 2,
  });
}

/** Who wrote each commit of main's first line, as git and the pull requests tell it. */
async function countWriters({ github: { state } }: Platform, pastRuleset: string) {
  const merges = new Set(state.pulls.map(({ mergeCommit }) => mergeCommit));
  const log = await state.git.git(["log", "--first-parent", "--format=%H %P|%an", "refs/heads/main"]);
  const counts = { app: 0, merges: 0, others: 0 };
  for (const line of log.trim().split("\n")) {
    const [commits = "", author] = line.split("|");
    const [sha = "", parent] = commits.trim().split(" ");
    if (parent === undefined || sha === pastRuleset) continue;
    if (merges.has(sha)) counts.merges += 1;
    else if (author === `${state.app.slug}[bot]`) counts.app += 1;
    else counts.others += 1;
  }
  return counts;
}
