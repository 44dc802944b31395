import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, stat, statfs, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { SFTPWrapper } from "ssh2";
import { describe, expect, onTestFinished, test } from "vitest";
import { openConnection } from "../../../src/adapters/ssh/open-connection.ts";
import { connectHost } from "../../../src/adapters/ssh/host.ts";
import { needs } from "../../need.ts";
import { collect, listenOnLoopback, logIn, never, recordingLog } from "../../transfer/ssh-setup.ts";
import { transferOf } from "../../transfer/written-dump.ts";
import { generateKeys } from "../../world/ssh/keys.ts";
import { startSshd } from "./sshd.ts";

const mebibyte = 1024 * 1024;

async function setUp(lines: string[] = []) {
  const sshd = await startSshd(lines);
  onTestFinished(() => sshd.stop());
  return sshd;
}

async function writeDump(folder: string, bytes: number) {
  const path = join(folder, "x.dmp");
  await writeFile(path, randomBytes(bytes));
  const { mtimeMs } = await stat(path);
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return { path, expected: { bytes, modified: Math.floor(mtimeMs / 1000) }, sha256: `sha256:${hash.digest("hex")}` };
}

describe.skipIf(!needs("sshd"))("against OpenSSH's server", () => {
  test("a striped file and a busy tunnel survive a new key for every mebibyte", async () => {
    const echo = await listenOnLoopback((socket) => socket.pipe(socket));
    const sshd = await setUp(["RekeyLimit 1M", "AllowTcpForwarding local", `PermitOpen 127.0.0.1:${echo}`]);
    const dump = await writeDump(sshd.folder, 64 * mebibyte);
    const log = recordingLog();
    const source = await logIn(sshd.target, { log });
    const tunnel = await source.forward("127.0.0.1", echo);
    const sent = randomBytes(16 * mebibyte);
    const socket = connect({ host: tunnel.host, port: tunnel.port, allowHalfOpen: true });
    socket.end(sent);
    const file = transferOf(source, dump, { log, signal: never });
    const [back, read] = await Promise.all([collect(socket), collect(file.read())]);
    expect(back.equals(sent)).toBe(true);
    expect(`sha256:${createHash("sha256").update(read).digest("hex")}`).toBe(dump.sha256);
    expect(`sha256:${file.sha256}`).toBe(dump.sha256);
    // Two connections, each with its first exchange; the file's alone makes more than eleven.
    expect(sshd.keyExchanges()).toBeGreaterThanOrEqual(2 + 11);
    expect(log.warnings).toEqual([]);
    expect(sshd.log()).not.toMatch(/error:|Bad packet|Corrupted/);
  });

  test("a slow reader survives new keys by time", async () => {
    const sshd = await setUp(["RekeyLimit 1G 1s"]);
    const dump = await writeDump(sshd.folder, 24 * mebibyte);
    const log = recordingLog();
    const source = await logIn(sshd.target, { log, channels: 2, depth: 2 });
    const hash = createHash("sha256");
    for await (const bytes of source.read(dump.path, { ...dump, signal: never })) {
      hash.update(bytes);
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    expect(`sha256:${hash.digest("hex")}`).toBe(dump.sha256);
    expect(sshd.keyExchanges()).toBeGreaterThanOrEqual(2 + 2);
    expect(log.warnings).toEqual([]);
  });

  test("the library's edits are in force: keys are KeyObjects, after a rekey too", async () => {
    const sshd = await setUp(["RekeyLimit 1M"]);
    const connection = await openConnection(sshd.target, { connect: 10_000, stall: 10_000 });
    onTestFinished(() => connection.close());
    const { _protocol: protocol } = connection.client as unknown as {
      _protocol: { _decipher: { _decipherKey: unknown }; _cipher: { _encKey: unknown } };
    };
    const isKey = (key: unknown) =>
      !Buffer.isBuffer(key) && Object.prototype.toString.call(key) === "[object KeyObject]";
    const first = protocol._decipher._decipherKey;
    expect([first, protocol._cipher._encKey].map(isKey)).toEqual([true, true]);
    const dump = await writeDump(sshd.folder, 4 * mebibyte);
    const sftp = await connection.call<SFTPWrapper>((done) => connection.client.sftp(done));
    const read = await connection.call<Buffer>((done) => sftp.readFile(dump.path, {}, done));
    expect(read).toHaveLength(4 * mebibyte);
    expect(protocol._decipher._decipherKey).not.toBe(first);
    expect([protocol._decipher._decipherKey, protocol._cipher._encKey].map(isKey)).toEqual([true, true]);
  });

  test("lists, looks, frees and removes as with the pretended host", async () => {
    const sshd = await setUp();
    const dump = await writeDump(sshd.folder, 1_000);
    const source = await logIn(sshd.target);
    expect(await source.list(sshd.folder)).toEqual((await readdir(sshd.folder)).toSorted());
    expect(await source.facts(dump.path)).toEqual(dump.expected);
    expect(await source.facts(`${sshd.folder}/none`)).toBeNull();
    await expect(source.facts(sshd.folder)).rejects.toMatchObject({ code: "source-not-a-file" });
    await expect(source.list(`${sshd.folder}/none`)).rejects.toMatchObject({
      code: "source-no-such-file",
      message: expect.stringContaining("No such file"),
    });
    const { bavail, bsize } = await statfs(sshd.folder);
    expect(Math.abs(((await source.freeBytes(sshd.folder)) ?? 0) - bavail * bsize)).toBeLessThan(2 ** 31);
    await source.remove(dump.path);
    await source.remove(dump.path);
    expect(await readdir(sshd.folder)).not.toContain("x.dmp");
  });

  test("shares one channel among the first questions about several files", async () => {
    const sshd = await setUp(["MaxSessions 1"]);
    const dump = await writeDump(sshd.folder, 1_000);
    const log = recordingLog();
    const source = await logIn(sshd.target, { log });
    const questions = [source.facts(dump.path), source.facts(`${sshd.folder}/none`), source.facts(dump.path)];
    expect(await Promise.all(questions)).toEqual([dump.expected, null, dump.expected]);
    expect(log.warnings).toEqual([]);
    expect(sshd.log()).not.toContain("no more sessions");
  });

  test("reads over the sessions that MaxSessions leaves", async () => {
    const sshd = await setUp(["MaxSessions 2"]);
    const dump = await writeDump(sshd.folder, 20 * mebibyte);
    const log = recordingLog();
    const source = await logIn(sshd.target, { log, channels: 8 });
    const read = await collect(source.read(dump.path, { ...dump, signal: never }));
    expect(`sha256:${createHash("sha256").update(read).digest("hex")}`).toBe(dump.sha256);
    expect(log.warnings).toEqual([]);
    expect(sshd.log()).toContain("no more sessions");
  });

  test("refuses another host key, a stranger's key and a way that is not permitted", async () => {
    const sshd = await setUp(["AllowTcpForwarding no"]);
    const other = await generateKeys();
    await expect(connectHost({ ...sshd.target, hostKey: other.public })).rejects.toMatchObject({
      code: "ssh-host-key-mismatch",
    });
    await expect(connectHost({ ...sshd.target, privateKey: other.private })).rejects.toMatchObject({
      code: "ssh-auth-failed",
    });
    const source = await logIn(sshd.target);
    await expect(source.forward("127.0.0.1", 1)).rejects.toMatchObject({
      code: "ssh-forward-refused",
      message: expect.stringContaining("open failed"),
    });
  });
});
