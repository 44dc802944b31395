import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import type { Platform } from "../platform/platform.ts";

const CLI = join(import.meta.dirname, "../../../src/cli.ts");

/** The whole history holds; with one commit tampered with, it names that one. */
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
  const { stdout: authors } = await git("log", "--first-parent", "--format=%an", "origin/main");
  tell.prove({
    what: "history can be replayed by anybody",
    observed: `exit ${good.exitCode} over everything; with one tampered commit exit ${bad.exitCode}, and ${tampered.slice(0, 7)} is named`,
    where: "clone/ (seedbed verify)",
    holds: good.exitCode === 0 && bad.exitCode === 1 && bad.stdout.includes(tampered.slice(0, 12)),
  });
  const who = [...new Set(authors.split("\n"))].toSorted((a, b) => (a < b ? -1 : 1));
  tell.prove({
    what: "who wrote main",
    observed: who.join(", "),
    where: "git log --first-parent main",
    // ada merged, acme made the repository, root went past the ruleset in the chapter before.
    holds: who.every((name) => ["acme", "ada", "root", "seedbed[bot]"].includes(name)),
  });
}
