import { describe, expect, test } from "vitest";
import { readArtifact } from "../../../../bot/observe/main/read-artifact.ts";
import { zipFiles, zipResult } from "../fake-runner.ts";

describe("the zip of a result", () => {
  test("gives the text of its one file", async () => {
    expect(await readArtifact(await zipResult('{"a":"ä"}'))).toEqual({ ok: true, text: '{"a":"ä"}' });
  });

  const bad: [string, () => Promise<Uint8Array>, string][] = [
    ["no zip", () => Promise.resolve(Buffer.from("hello")), "cannot be read"],
    ["an empty zip", () => zipFiles({}), "contains no file"],
    ["two files", () => zipFiles({ "seed-result.json": "{}", "more.txt": "x" }), "more than one file"],
    ["a file of another name", () => zipFiles({ "result.json": "{}" }), '"result.json"'],
    ["a file in a folder", () => zipFiles({ "a/seed-result.json": "{}" }), '"a/seed-result.json"'],
    ["a link", () => zipFiles({ "seed-result.json": "/etc/passwd" }, 0o120777), "not a regular file"],
    ["a text that is not UTF-8", async () => await latin1(), "not UTF-8"],
    ["a small zip of a large file", () => zipFiles({ "seed-result.json": "0".repeat(2 ** 21) }), "more than 1 MiB"],
    ["a zip above 1 MiB", () => Promise.resolve(Buffer.alloc(2 ** 20 + 1)), "more than 1 MiB"],
    ["a path out of its folder", async () => rename(await zipFiles({ "aa/seed-result.js": "{}" })), "cannot be read"],
    [
      "a wrong declared size",
      async () => shrink(await zipFiles({ "seed-result.json": "0".repeat(5000) })),
      "cannot be read",
    ],
  ];
  test.each(bad)("is refused: %s", async (_name, make, why) => {
    expect(await readArtifact(await make())).toEqual({ ok: false, why: expect.stringContaining(why) as string });
  });
});

/** A zip of one byte that is not valid UTF-8. */
async function latin1(): Promise<Buffer> {
  const { ZipFile } = await import("yazl");
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from([0xe4]), "seed-result.json", { mode: 0o100644 });
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function rename(zip: Buffer): Buffer {
  return Buffer.from(zip.toString("latin1").replaceAll("aa/seed-result.js", "../seed-result.js"), "latin1");
}

/** Writes 10 as the uncompressed size into the central directory. */
function shrink(zip: Buffer): Buffer {
  const changed = Buffer.from(zip);
  const central = changed.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
  changed.writeUInt32LE(10, central + 24);
  return changed;
}
