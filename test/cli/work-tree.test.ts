import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { writeWorkTree } from "../../src/adapters/disk/work-tree.ts";

/** A text whose writing fails in the middle, as on a disk that is full. */
async function* failing(): AsyncGenerator<string> {
  yield "half a f";
  throw new Error("ENOSPC");
}

it("a file whose writing fails in the middle is not left behind, nor are those before it", async () => {
  const top = await mkdtemp(join(tmpdir(), "seedbed-tree-"));
  const write = [
    { path: "a.yaml", text: "a\n" },
    { path: "b.yaml", text: failing() as unknown as string },
  ];
  await expect(writeWorkTree(top, { write, remove: [] })).rejects.toThrow("ENOSPC");
  expect(await readdir(top)).toEqual([]);
  await rm(top, { recursive: true });
});

it("temporary files that cannot be removed do not hide why a file was not written", async () => {
  const top = await mkdtemp(join(tmpdir(), "seedbed-tree-"));
  async function* text(): AsyncGenerator<string> {
    yield "half a f";
    // Whatever keeps them from being removed: here folders have their names.
    for (const name of await readdir(top)) {
      await rm(join(top, name));
      await mkdir(join(top, name));
    }
    throw new Error("ENOSPC");
  }
  const write = [
    { path: "a.yaml", text: "a\n" },
    { path: "b.yaml", text: text() as unknown as string },
  ];
  await expect(writeWorkTree(top, { write, remove: [] })).rejects.toThrow("ENOSPC");
  await rm(top, { recursive: true });
});
