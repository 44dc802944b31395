import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { openDumpFolder } from "../../src/adapters/disk/dump-folder.ts";

it("a part that cannot be removed does not hide why the dump was not written", async () => {
  const path = await mkdtemp(join(tmpdir(), "seedbed-folder-"));
  onTestFinished(() => rm(path, { recursive: true }));
  const folder = await openDumpFolder(path);
  const lost = new Error("the SSH connection was lost");
  async function* bytes(): AsyncGenerator<Buffer> {
    yield Buffer.from("half a d");
    // Whatever keeps the part from being removed: here a folder has its name.
    await rm(join(path, ".a.dmp.part"));
    await mkdir(join(path, ".a.dmp.part"));
    throw lost;
  }
  await expect(folder.write("a.dmp", bytes())).rejects.toBe(lost);
  expect(await readdir(path)).toEqual([".a.dmp.part"]);
});
