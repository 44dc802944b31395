import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openDiskTree } from "../../src/adapters/disk/disk-tree.ts";
import { openGitCheckout } from "../../src/adapters/git/checkout.ts";
import { writeWorkTree } from "../../src/adapters/disk/work-tree.ts";
import type { Bench, Checkout } from "../../src/cli/bench.ts";
import { runCli } from "../../src/cli/program.ts";
import { readExample, readSettingsText } from "../request/read-example.ts";
import { startBench } from "./bench.ts";

/** A git repository of its own with the examples' settings and request, and the command line run in it. */
export interface TestRepository {
  folder: string;
  git(...args: string[]): string;
  commit(): void;
  write(path: string, text: string): Promise<void>;
  /** Replaces a text that must be there. */
  change(path: string, from: string, to: string): Promise<void>;
  run(...args: string[]): Promise<{ code: number; out: string; err: string }>;
  remove(): Promise<void>;
}

export const REQUEST = "environments/hr/database_config.yaml";
export const SETTINGS = ".github/seedbed.yml";

/** Settings and the request of hr, committed; its commands may use what is given beside the checkout. */
export async function startRepository(parts: Partial<Bench> = {}): Promise<TestRepository> {
  const folder = await mkdtemp(join(tmpdir(), "seedbed-cli-"));
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=ada", "-c", "user.email=ada@example", ...args], {
      cwd: folder,
      encoding: "utf8",
    });
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  const repository: TestRepository = {
    folder,
    git,
    write,
    commit: () => {
      git("add", "-A");
      git("commit", "-q", "--allow-empty", "-m", "x");
    },
    change: async (path, from, to) => {
      const text = (await openDiskTree(folder).read(path)) ?? "";
      if (!text.includes(from)) throw new Error(`${path} has no ${from}`);
      await write(
        path,
        text.replace(from, () => to),
      );
    },
    run: async (...args) => {
      const { bench, printed } = startBench({
        checkout: () => openCheckout(folder),
        runtime: async () => [],
        ...parts,
      });
      return { code: await runCli(args, bench), ...printed };
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
  git("init", "-q", "-b", "main");
  await write(SETTINGS, readSettingsText());
  for (const [path, text] of Object.entries(readExample("hr").files)) await write(`environments/hr/${path}`, text);
  repository.commit();
  return repository;
}

/** A folder of a checkout as the command line has it. */
export async function openCheckout(folder: string): Promise<Checkout> {
  const git = await openGitCheckout(folder);
  return { ...git, tree: openDiskTree(git.top, git.index), write: (change) => writeWorkTree(git.top, change) };
}
