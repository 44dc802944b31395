import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDiskTree } from "../../src/adapters/disk/disk-tree.ts";
import { openGitCheckout } from "../../src/adapters/git/checkout.ts";
import { openCommitTree, openListing } from "../../src/adapters/git/commit-tree.ts";
import { BlobReader } from "../../src/adapters/git/read-blobs.ts";
import type { TreeEntry } from "../../src/ports/tree.ts";
import { startRepository, type TestRepository } from "../cli/repository.ts";

let repository: TestRepository;
beforeEach(async () => {
  repository = await startRepository();
});
afterEach(() => repository.remove());

const at = (path: string) => join(repository.folder, path);

/** What git itself records of the work tree: its own answer, not ours. */
function recorded(): TreeEntry[] {
  repository.commit();
  const lines = repository.git("ls-tree", "-r", "-z", "HEAD", "environments").split("\0").filter(Boolean);
  return lines.map((line) => ({ path: line.slice(line.indexOf("\t") + 1), mode: line.slice(0, 6) }));
}

async function openDisk() {
  const { top, index } = await openGitCheckout(repository.folder);
  return openDiskTree(top, index);
}

describe("a work tree on disk has the modes that git would record", () => {
  test("of files, programs, links and repositories inside", async () => {
    await writeFile(at("environments/hr/run.sh"), "x\n", { mode: 0o755 });
    await writeFile(at("environments/hr/scripts/group.sql"), "x\n", { mode: 0o674 });
    await symlink("nowhere", at("environments/hr/scripts/link.sql"));
    await symlink("hr", at("environments/crm"));
    repository.git("init", "-q", at("environments/hr/sub"));
    repository.git("-C", at("environments/hr/sub"), "commit", "-q", "--allow-empty", "-m", "x");
    const before = await (await openDisk()).entries("environments");
    expect(before).toEqual(recorded());
    expect(before.map(({ mode }) => mode)).toEqual(expect.arrayContaining(["100755", "120000", "160000"]));
  });

  test("where git is told not to trust the disk's: those of the index", async () => {
    await writeFile(at("environments/hr/was.sh"), "x\n", { mode: 0o755 });
    await symlink("scripts/mask.sql", at("environments/hr/link.sql"));
    repository.commit();
    repository.git("config", "core.fileMode", "false");
    repository.git("config", "core.symlinks", "false");
    await chmod(at("environments/hr/was.sh"), 0o644);
    await chmod(at("environments/hr/scripts/mask.sql"), 0o755);
    await writeFile(at("environments/hr/new.sh"), "x\n", { mode: 0o755 });
    // As a checkout leaves a link on a disk without links.
    await rm(at("environments/hr/link.sql"));
    await writeFile(at("environments/hr/link.sql"), "scripts/mask.sql");
    const before = await (await openDisk()).entries("environments/hr");
    expect(before).toEqual(recorded());
    const modes = Object.fromEntries(before.map(({ path, mode }) => [path.slice("environments/hr/".length), mode]));
    expect(modes).toMatchObject({ "was.sh": "100755", "scripts/mask.sql": "100644", "new.sh": "100644" });
    expect(modes["link.sql"]).toBe("120000");
  });

  test("and reads no pipe, no file behind a link and none of another encoding", async () => {
    execFileSync("mkfifo", [at("environments/hr/scripts/pipe.sql")]);
    await mkdir(at("other"));
    await writeFile(at("other/a.sql"), "x\n");
    await symlink("../../other", at("environments/hr/more"));
    const tree = await openDisk();
    await expect(tree.read("environments/hr/scripts/pipe.sql")).rejects.toMatchObject({
      code: "not-a-regular-file",
      message: "environments/hr/scripts/pipe.sql:1:1: this is a special file.",
    });
    await expect(tree.read("environments/hr/more/a.sql")).rejects.toMatchObject({
      problem: { code: "not-a-regular-file", path: "environments/hr/more" },
    });
    expect(await tree.read("environments/hr/scripts/mask.sql/x")).toBeNull();
    expect(await tree.entries("environments/hr/more/a.sql")).toEqual([]);
  });
});

describe("git's objects", () => {
  test("whose paths only differ in bytes that are no text are refused: one would stand for the other", async () => {
    const blob = repository.git("rev-parse", "HEAD:environments/hr/scripts/mask.sql").trim();
    const entry = (byte: number) => Buffer.concat([Buffer.from(`100644 blob ${blob}\ta`), Buffer.from([byte, 0])]);
    const tree = (...bytes: number[]) => {
      const make = (input: Buffer) =>
        execFileSync("git", ["mktree", "-z"], { cwd: repository.folder, input }).toString().trim();
      const folder = make(Buffer.concat(bytes.map(entry)));
      const top = make(Buffer.from(`040000 tree ${folder}\tenvironments\0`));
      return repository.git("commit-tree", "-m", "alike", top).trim();
    };
    const { folder } = repository;
    const read = { listing: openListing(folder), blobs: new BlobReader(folder) };
    await expect(openCommitTree(folder, tree(0xfe, 0xff), read).entries("environments")).rejects.toMatchObject({
      problem: { code: "paths-alike", path: "environments/a\uFFFD", fix: "rename them, in UTF-8" },
    });
    expect(await openCommitTree(folder, tree(0xff), read).entries("environments")).toHaveLength(1);
  });

  test("are read by one process, whole or as far as asked, in the order of the questions", async () => {
    const contents = Array.from({ length: 40 }, (_, index) => Buffer.alloc(index * 5000, `${index}\n\0`));
    const ids: string[] = [];
    for (const content of contents)
      ids.push(
        execFileSync("git", ["hash-object", "-w", "--stdin"], { cwd: repository.folder, input: content })
          .toString()
          .trim(),
      );
    const reader = new BlobReader(repository.folder);
    const read = await Promise.all(ids.map((id) => reader.read(id, 100_000)));
    for (const [index, { size, bytes }] of read.entries()) {
      expect(size).toBe(contents[index]!.length);
      expect(bytes.equals(contents[index]!.subarray(0, 100_000))).toBe(true);
    }
    const nothing = "0".repeat(40);
    const answers = await Promise.allSettled([
      reader.read(nothing, 1),
      reader.read(ids[3]!, 5),
      reader.read("HEAD", 5),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "rejected"]);
    await expect(reader.read(nothing, 1)).rejects.toMatchObject({ code: "git-failed", message: /missing/ });
  });

  test("cost a command a fixed number of processes, however many databases there are", async () => {
    const started = async () => (await countGit(() => repository.run("plan"))).length;
    const one = await started();
    for (const name of ["crm", "ops", "shop"]) {
      for (const path of ["database_config.yaml", "scripts/mask.sql"])
        await repository.write(`environments/${name}/${path}`, await readFile(at(`environments/hr/${path}`), "utf8"));
    }
    repository.commit();
    expect(await started()).toBe(one);
  });
});

/** The git commands that a piece of work starts, as a program in git's place notes them. */
async function countGit(work: () => Promise<unknown>): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "seedbed-git-"));
  const real = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
  const notes = join(folder, "notes");
  await writeFile(notes, "");
  await writeFile(join(folder, "git"), `#!/bin/sh\necho "$*" >> '${notes}'\nexec '${real}' "$@"\n`, { mode: 0o755 });
  const before = process.env["PATH"];
  process.env["PATH"] = `${folder}${delimiter}${before}`;
  try {
    await work();
    return (await readFile(notes, "utf8")).split("\n").filter(Boolean);
  } finally {
    process.env["PATH"] = before;
    await rm(folder, { recursive: true, force: true });
  }
}
