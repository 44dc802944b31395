import { runGit } from "./run-git.ts";

/** What git keeps about a work tree that its disk may not show. */
export interface WorkTreeIndex {
  /** Whether modes on disk count (`core.fileMode`, `core.symlinks`: git-config(1)); where they do not, those of the index do. */
  trusts(): Promise<{ bits: boolean; links: boolean }>;
  /** Modes of the index, by path. */
  modes(): Promise<ReadonlyMap<string, string>>;
}

/** Reads both when they are first asked for. */
export function openIndex(top: string): WorkTreeIndex {
  let trusts: ReturnType<WorkTreeIndex["trusts"]> | null = null;
  let modes: ReturnType<WorkTreeIndex["modes"]> | null = null;
  return { trusts: () => (trusts ??= readTrusts(top)), modes: () => (modes ??= readModes(top)) };
}

async function readTrusts(top: string): Promise<{ bits: boolean; links: boolean }> {
  const read = async (key: string) =>
    (await runGit(["config", "--type=bool", "--default", "true", "--get", key], top)).trim() === "true";
  const [bits, links] = await Promise.all([read("core.fileMode"), read("core.symlinks")]);
  return { bits, links };
}

async function readModes(top: string): Promise<ReadonlyMap<string, string>> {
  const text = await runGit(["ls-files", "--stage", "-z"], top);
  const lines = text.split("\0").filter((line) => line !== "");
  return new Map(lines.map((line) => [line.slice(line.indexOf("\t") + 1), line.slice(0, line.indexOf(" "))]));
}
