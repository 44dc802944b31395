import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import fc from "fast-check";
import { extract } from "tar-stream";
import { describe, expect, it } from "vitest";
import { packDumpFile } from "../../src/image/pack-dump-file.ts";
import { DumpFileTransfer } from "../../src/transfer/dump-file-transfer.ts";
import { packFiles } from "../../src/image/layer-files.ts";
import { tarEnd, tarPadding, tarPrologue } from "../../src/image/tar-header.ts";

interface Read {
  name: string;
  size: number | undefined;
  mode: number | undefined;
  uid: number | undefined;
  mtime: number | undefined;
  bytes: Buffer;
}

async function readTar(tar: Buffer): Promise<Read[]> {
  const reader = extract();
  reader.end(tar);
  const members: Read[] = [];
  for await (const entry of reader) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    const { name, size, mode, uid, mtime } = entry.header;
    members.push({ name, size, mode, uid, mtime: mtime?.getTime(), bytes: Buffer.concat(chunks) });
  }
  return members;
}

async function layerOf(content: Buffer, chunk: number): Promise<Buffer> {
  const source = { name: "a.dmp", bytes: content.length, open: () => cut(content, chunk) };
  const chunks: Buffer[] = [];
  for await (const bytes of packDumpFile(new DumpFileTransfer(source, { progress: () => undefined })))
    chunks.push(bytes);
  return Buffer.concat(chunks);
}

async function* cut(content: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

describe("a dump layer's tar", () => {
  it.each([0, 1, 511, 512, 513, 1024, 65_536])("holds a file of %i bytes as another reader sees it", async (size) => {
    const content = randomBytes(size);
    const tar = await layerOf(content, 1000);
    expect(tar.length % 512).toBe(0);
    expect(await readTar(tar)).toEqual([
      { name: "opt/seedbed/dump/a.dmp", size, mode: 0o644, uid: 0, mtime: 0, bytes: content },
    ]);
  });

  it("has the same bytes however the source cuts its own", async () => {
    const cuts = fc.integer({ min: 1, max: 5000 });
    const content = fc.uint8Array({ maxLength: 4000 }).map((bytes) => Buffer.from(bytes));
    await fc.assert(
      fc.asyncProperty(content, cuts, cuts, async (bytes, one, two) => {
        expect(await layerOf(bytes, one)).toEqual(await layerOf(bytes, two));
      }),
    );
  });

  it("is what GNU tar lists and unpacks without a warning", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tar-"));
    const content = randomBytes(70_000);
    await writeFile(join(folder, "layer.tar"), await layerOf(content, 9999));
    const { stderr } = await execa("tar", ["-xf", "layer.tar"], { cwd: folder });
    expect(stderr).toBe("");
    expect(await readFile(join(folder, "opt/seedbed/dump/a.dmp"))).toEqual(content);
    await rm(folder, { recursive: true });
  });

  it.each([8 * 2 ** 30 - 1, 8 * 2 ** 30, 10 ** 12, 2 ** 50])(
    "says a size of %i bytes so that GNU tar and tar-stream read it",
    async (size) => {
      const prologue = tarPrologue({ path: "opt/seedbed/dump/big.dmp", bytes: size, mode: 0o644 });
      expect(prologue.includes(" size=")).toBe(size >= 8 * 2 ** 30);
      const seen = await new Promise((resolve, reject) => {
        const reader = extract();
        reader.on("entry", (header) => resolve({ name: header.name, size: header.size }));
        reader.on("error", reject);
        reader.write(prologue);
      });
      expect(seen).toEqual({ name: "opt/seedbed/dump/big.dmp", size });
      const { stdout } = await execa("tar", ["-tvf", "-"], { input: prologue, reject: false });
      expect(stdout).toContain(` ${size} 1970-01-01`);
    },
  );
});

describe("any member", () => {
  it("is read back with its path, mode and bytes by tar-stream, in whatever alphabet and length", async () => {
    const part = fc.stringMatching(/^[a-zäß漢A-Z0-9_-][a-zäß漢A-Z0-9 ._-]{0,60}$/u);
    const path = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join("/"));
    const mode = fc.integer({ min: 0, max: 0o777 });
    await fc.assert(
      fc.asyncProperty(path, mode, fc.uint8Array({ maxLength: 1500 }), async (name, bits, raw) => {
        const bytes = Buffer.from(raw);
        const tar = Buffer.concat([
          tarPrologue({ path: name, bytes: bytes.length, mode: bits }),
          bytes,
          tarPadding(bytes.length),
          tarEnd(),
        ]);
        expect(await readTar(tar)).toEqual([{ name, size: bytes.length, mode: bits, uid: 0, mtime: 0, bytes }]);
      }),
    );
  });
});

describe("a layer of small files", () => {
  const files = [
    { path: "sql/b.sql", text: "B", mode: 0o644 },
    { path: "entrypoint.sh", text: "E", mode: 0o755 },
    { path: "sql/a.sql", text: "A", mode: 0o644 },
  ];

  it("has the same bytes in whatever order the files come", () => {
    expect(packFiles(files.toReversed())).toEqual(packFiles(files));
  });

  it("names directories of ours only, each before what is in it", async () => {
    const names = (await readTar(packFiles(files, ["", "dump"]))).map((member) => member.name.replace(/\/$/, ""));
    const below = ["", "/dump", "/entrypoint.sh", "/sql", "/sql/a.sql", "/sql/b.sql"];
    expect(names).toEqual(below.map((path) => `opt/seedbed${path}`));
  });

  it.each(["../etc/passwd", "/etc/passwd", "a//b", "a/./b", "a\nb", "a\\b", ""])("refuses the path %j", (path) => {
    expect(() => packFiles([{ path, text: "", mode: 0o644 }])).toThrow("is not a valid path of a file in an image");
  });
});
