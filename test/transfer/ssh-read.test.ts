import { truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { collect, logIn, never, recordingLog, setUp, sha256 } from "./ssh-setup.ts";
import { transferOf, writeDump } from "./written-dump.ts";

const mebibyte = 1024 * 1024;

describe("reading a dump file over SSH", () => {
  test("gives the file's bytes, its size and its digest, and says how far it is", async () => {
    const { folder, host, target } = await setUp();
    const dump = await writeDump(folder, 9 * mebibyte + 17);
    const source = await logIn(target);
    const log = recordingLog();
    const file = transferOf(source, dump, { log, signal: never });
    expect(sha256(await collect(file.read()))).toBe(dump.sha256);
    expect(`sha256:${file.sha256}`).toBe(dump.sha256);
    expect(log.progressed.at(-1)).toEqual({ subject: "x.dmp", done: dump.expected.bytes });
    expect(host.counters.bytes_read).toBe(dump.expected.bytes);
  });

  test.each([0, 1, 261_120, 261_121])("a file of %i bytes arrives whole", async (bytes) => {
    const { folder, target } = await setUp();
    const dump = await writeDump(folder, bytes);
    const source = await logIn(target);
    expect((await collect(source.read(dump.path, { ...dump, signal: never }))).equals(dump.content)).toBe(true);
  });

  test("goes on at the same byte on a new connection when the old one is cut, several times", async () => {
    const { folder, host, target } = await setUp({ faults: { cutAfterBytes: [2, 3, 4].map((n) => n * mebibyte) } });
    const dump = await writeDump(folder, 16 * mebibyte);
    const log = recordingLog();
    const source = await logIn(target, { log });
    const read = await collect(source.read(dump.path, { ...dump, signal: never }));
    expect(read.equals(dump.content)).toBe(true);
    expect(host.faults.cutAfterBytes).toEqual([]);
    // One for tunnels, one before each cut, one after the last.
    expect(host.counters.connections).toBe(1 + 3 + 1);
    expect(log.warnings).toHaveLength(3);
    expect(log.warnings[0]).toContain("/dump/x.dmp: the SSH connection broke at byte");
  });

  test("takes what was handed out only once: a cut costs less than the file again", async () => {
    const { folder, host, target } = await setUp({ faults: { cutAfterBytes: [12 * mebibyte] } });
    const dump = await writeDump(folder, 16 * mebibyte);
    const source = await logIn(target, { channels: 1, depth: 2 });
    await collect(source.read(dump.path, { ...dump, signal: never }));
    // What was in flight at the cut is asked for again, at most two requests.
    expect(host.counters.bytes_read).toBeLessThan(dump.expected.bytes + 3 * 261_120);
  });

  test("gives up after the tries that it has when the host cuts every connection", async () => {
    const { folder, host, target } = await setUp({ faults: { cutAfterBytes: Array.from({ length: 50 }, () => 1) } });
    const dump = await writeDump(folder, mebibyte);
    const source = await logIn(target, { retries: 3 });
    const reading = collect(source.read(dump.path, { ...dump, signal: never }));
    await expect(reading).rejects.toMatchObject({ code: "ssh-connection-lost" });
    expect(host.counters.connections).toBe(1 + 1 + 3);
  });

  test("asks again for the rest when the host gives less than was asked for", async () => {
    const { folder, host, target } = await setUp({ faults: { readLimit: 32_768 } });
    const dump = await writeDump(folder, 5 * mebibyte + 4_321);
    const source = await logIn(target);
    const read = await collect(source.read(dump.path, { ...dump, signal: never }));
    expect(read.equals(dump.content)).toBe(true);
    expect(host.counters.bytes_read).toBe(dump.expected.bytes);
  });

  test("counts a host that goes silent as lost and goes on with a new connection", async () => {
    const { folder, host, target } = await setUp({ faults: { stallAfterBytes: [3 * mebibyte] } });
    const dump = await writeDump(folder, 8 * mebibyte);
    const log = recordingLog();
    const source = await logIn(target, { stall: 1_500, log });
    const read = await collect(source.read(dump.path, { ...dump, signal: never }));
    expect(read.equals(dump.content)).toBe(true);
    expect(log.warnings).toEqual([expect.stringContaining("the host sent nothing for 1.5 s")]);
    expect(host.counters.connections).toBe(3);
  });

  test("a reader that pauses longer than the stall limit loses nothing", async () => {
    const { folder, host, target } = await setUp();
    const dump = await writeDump(folder, 8 * mebibyte);
    const source = await logIn(target, { stall: 1_000, channels: 2, depth: 2 });
    const parts: Buffer[] = [];
    for await (const bytes of source.read(dump.path, { ...dump, signal: never })) {
      if (parts.length === 3) await new Promise((resolve) => setTimeout(resolve, 2_000));
      parts.push(bytes);
    }
    expect(Buffer.concat(parts).equals(dump.content)).toBe(true);
    expect(host.counters.connections).toBe(2);
  });

  test("reads over fewer channels when the host refuses more", async () => {
    const { folder, host, target } = await setUp({ faults: { sessions: 2 } });
    const dump = await writeDump(folder, 20 * mebibyte);
    const log = recordingLog();
    const source = await logIn(target, { log, channels: 8 });
    const read = await collect(source.read(dump.path, { ...dump, signal: never }));
    expect(read.equals(dump.content)).toBe(true);
    expect(host.refusals).toEqual(Array.from({ length: 6 }, () => "a session above MaxSessions"));
    expect(log.infos).toEqual([
      expect.stringContaining("/dump/x.dmp: the SSH host gives fewer channels than were asked for ("),
    ]);
    expect(log.warnings).toEqual([]);
    expect(host.counters.connections).toBe(2);
  });

  test("a file that was read to its end stays read when the host cannot close it", async () => {
    const { folder, host, target } = await setUp({ faults: { closeFails: true } });
    const dump = await writeDump(folder, 5 * mebibyte);
    const source = await logIn(target);
    const read = await collect(source.read(dump.path, { ...dump, signal: never }));
    expect(read.equals(dump.content)).toBe(true);
    expect(host.counters.bytes_read).toBe(dump.expected.bytes);
  });

  test("uses a finished file's connection for the next file", async () => {
    const { folder, host, target } = await setUp();
    const source = await logIn(target);
    for (const name of ["a.dmp", "b.dmp", "c.dmp"]) {
      const dump = await writeDump(folder, 3 * mebibyte, name);
      expect(sha256(await collect(source.read(dump.path, { ...dump, signal: never })))).toBe(dump.sha256);
    }
    expect(host.counters.connections).toBe(2);
  });

  test("refuses a file that has another size or time than when it was looked at", async () => {
    const { folder, host, target } = await setUp();
    const dump = await writeDump(folder, mebibyte);
    const source = await logIn(target);
    const read = (change: object) =>
      collect(source.read(dump.path, { expected: { ...dump.expected, ...change }, signal: never }));
    await expect(read({ bytes: mebibyte + 1 })).rejects.toMatchObject({ code: "source-file-changed" });
    await expect(read({ modified: dump.expected.modified - 1 })).rejects.toMatchObject({ code: "source-file-changed" });
    expect(host.counters.bytes_read).toBe(0);
  });

  test("refuses to go on after a break when the file changed meanwhile", async () => {
    const { folder, host, target } = await setUp({ faults: { cutAfterBytes: [2 * mebibyte] } });
    const dump = await writeDump(folder, 8 * mebibyte);
    const source = await logIn(target, { channels: 1, depth: 1, backoff: 300 });
    const taken: number[] = [];
    const reading = async () => {
      for await (const bytes of source.read(dump.path, { ...dump, signal: never })) {
        taken.push(bytes.length);
        await utimes(join(folder, "x.dmp"), 1_000_000, 1_000_000);
      }
    };
    await expect(reading()).rejects.toMatchObject({
      code: "source-file-changed",
      message: expect.stringContaining("1970-01-12T13:46:40.000Z"),
    });
    expect(taken.length).toBeGreaterThan(0);
    expect(host.counters.connections).toBe(3);
  });

  test("refuses a file that was written to while it was read", async () => {
    const { folder, target } = await setUp();
    const dump = await writeDump(folder, 6 * mebibyte);
    const source = await logIn(target, { channels: 1, depth: 1 });
    const reading = async (change: () => Promise<void>) => {
      for await (const bytes of source.read(dump.path, { ...dump, signal: never })) if (bytes) await change();
    };
    const sameSize = () =>
      writeFile(join(folder, "x.dmp"), dump.content).then(() => utimes(join(folder, "x.dmp"), 5, 5));
    await expect(reading(sameSize)).rejects.toMatchObject({ code: "source-file-changed" });
    await utimes(join(folder, "x.dmp"), dump.expected.modified, dump.expected.modified);
    await expect(reading(() => truncate(join(folder, "x.dmp"), mebibyte))).rejects.toMatchObject({
      code: "source-file-changed",
      message: expect.stringContaining(`now it is ${mebibyte} bytes`),
    });
  });

  test("an abort ends the reading at once and leaves the other connections alone", async () => {
    const { folder, host, target } = await setUp({ faults: { stallAfterBytes: [2 * mebibyte] } });
    const dump = await writeDump(folder, 8 * mebibyte);
    const source = await logIn(target);
    const abort = new AbortController();
    const file = transferOf(source, dump, { log: recordingLog(), signal: abort.signal });
    const reading = collect(file.read());
    setTimeout(() => abort.abort(new Error("cancelled by a person")), 200);
    await expect(reading).rejects.toThrow("cancelled by a person");
    expect(() => file.sha256).toThrow("x.dmp has not been read to its end");
    await expect.poll(() => host.openSockets()).toBe(1);
    expect(await source.list("/dump")).toContain("x.dmp");
  });

  test("a reader that leaves early closes the connection, and the file has no digest", async () => {
    const { folder, host, target } = await setUp();
    const dump = await writeDump(folder, 8 * mebibyte);
    const source = await logIn(target);
    const file = transferOf(source, dump, { log: recordingLog(), signal: never });
    for await (const bytes of file.read()) if (bytes.length > 0) break;
    expect(() => file.sha256).toThrow("x.dmp has not been read to its end");
    await expect.poll(() => host.openSockets()).toBe(1);
  });

  test("an abort between two tries ends the reading with its own reason", async () => {
    const { folder, target } = await setUp({ faults: { cutAfterBytes: [1] } });
    const dump = await writeDump(folder, mebibyte);
    const source = await logIn(target, { backoff: 60_000 });
    const abort = new AbortController();
    const reading = collect(source.read(dump.path, { ...dump, signal: abort.signal }));
    setTimeout(() => abort.abort(new Error("cancelled by a person")), 300);
    await expect(reading).rejects.toThrow("cancelled by a person");
  });

  test("logging out ends a file that is still being read", async () => {
    const { folder, host, target } = await setUp({ faults: { stallAfterBytes: [1] } });
    const dump = await writeDump(folder, mebibyte);
    const source = await logIn(target);
    const reading = collect(source.read(dump.path, { ...dump, signal: never }));
    const outcome = reading.catch((error: unknown) => error);
    await expect.poll(() => host.faults.stallAfterBytes).toEqual([]);
    await source.close();
    expect(await outcome).toMatchObject({ code: "ssh-connection-lost" });
    await expect.poll(() => host.openSockets()).toBe(0);
  });

  test("several files at once share nothing: one that is cut does not disturb the others", async () => {
    const { folder, host, target } = await setUp({ faults: { cutAfterBytes: [2 * mebibyte, 3 * mebibyte] } });
    const names = ["a.dmp", "b.dmp", "c.dmp", "d.dmp"];
    const dumps = await Promise.all(names.map((name) => writeDump(folder, 6 * mebibyte, name)));
    const log = recordingLog();
    const source = await logIn(target, { log, channels: 3 });
    const read = await Promise.all(
      dumps.map((dump) => collect(source.read(dump.path, { ...dump, signal: never })).then(sha256)),
    );
    expect(read).toEqual(dumps.map((dump) => dump.sha256));
    expect(log.warnings).toHaveLength(2);
    expect(host.counters.connections).toBe(1 + 4 + 2);
  });
});
