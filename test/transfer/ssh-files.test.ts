import { chmod, mkdir, readdir, statfs, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SFTPWrapper } from "ssh2";
import { describe, expect, test } from "vitest";
import { loadSsh2 } from "../../src/adapters/ssh/load.ts";
import { collect, listenOnLoopback, logIn, never, recordingLog, setUp } from "./ssh-setup.ts";
import { writeDump } from "./written-dump.ts";

describe("files on the SSH host", () => {
  test("lists a folder with more names than one answer holds", async () => {
    const { folder, target } = await setUp();
    const names = Array.from({ length: 250 }, (_each, index) => `x_${String(index).padStart(3, "0")}.dmp`);
    await Promise.all(names.map((name) => writeFile(join(folder, name), "")));
    const source = await logIn(target);
    expect(await source.list("/dump")).toEqual(names);
  });

  test("tells size and time of a file, and null when there is none", async () => {
    const { folder, target } = await setUp();
    const dump = await writeDump(folder, 1_234);
    const source = await logIn(target);
    expect(await source.facts(dump.path)).toEqual(dump.expected);
    expect(await source.facts("/dump/none.dmp")).toBeNull();
    expect(await source.facts("/elsewhere/none.dmp")).toBeNull();
    await expect(source.facts("/dump")).rejects.toMatchObject({ code: "source-not-a-file" });
  });

  test("removes a file, and is content when it is gone already", async () => {
    const { folder, target } = await setUp();
    await writeDump(folder, 10, "a.dmp");
    await writeDump(folder, 10, "b.dmp");
    const source = await logIn(target);
    await source.remove("/dump/a.dmp");
    await source.remove("/dump/a.dmp");
    expect(await readdir(folder)).toEqual(["b.dmp"]);
  });

  test("quotes the host when it lets us neither read nor delete", async () => {
    const { folder, host, target } = await setUp();
    const dump = await writeDump(folder, 10);
    await chmod(join(folder, "x.dmp"), 0o000);
    const source = await logIn(target);
    const reading = collect(source.read(dump.path, { ...dump, signal: never }));
    await expect(reading).rejects.toMatchObject({
      code: "source-permission-denied",
      message: expect.stringContaining("Permission denied"),
    });
    await chmod(folder, 0o555);
    await expect(source.remove(dump.path)).rejects.toMatchObject({ code: "source-permission-denied" });
    await chmod(folder, 0o755);
    expect(host.refusals).toHaveLength(2);
    expect(await readdir(folder)).toEqual(["x.dmp"]);
  });

  test("says when a folder is not there", async () => {
    const { target } = await setUp();
    const source = await logIn(target);
    await expect(source.list("/dump/none")).rejects.toMatchObject({
      code: "source-no-such-file",
      message: expect.stringContaining("No such file"),
    });
  });

  test("tells the free bytes of the folder's file system, and null when the host cannot say", async () => {
    const { folder, host, target } = await setUp();
    const source = await logIn(target);
    const { bavail, bsize } = await statfs(folder);
    const free = await source.freeBytes("/dump");
    expect(Math.abs((free ?? 0) - bavail * bsize)).toBeLessThan(2 ** 31);
    host.faults.noStatvfs = true;
    const other = await logIn(target);
    expect(await other.freeBytes("/dump")).toBeNull();
  });

  test("asks once more on a new connection when the one it had was lost", async () => {
    const { host, target } = await setUp();
    const log = recordingLog();
    const source = await logIn(target, { log });
    await source.list("/dump");
    host.dropConnections();
    await expect.poll(() => host.openSockets()).toBe(0);
    await Promise.all([source.list("/dump"), source.list("/dump"), source.facts("/dump/x")]);
    expect(host.counters.connections).toBe(2 + 1);
  });

  test("shares one channel among the first questions about several files", async () => {
    const { folder, host, target } = await setUp({ faults: { sessions: 1 } });
    const dump = await writeDump(folder, 1_234);
    const log = recordingLog();
    const source = await logIn(target, { log });
    const answers = await Promise.all([source.facts(dump.path), source.list("/dump"), source.facts("/dump/none.dmp")]);
    expect(answers).toEqual([dump.expected, ["x.dmp"], null]);
    expect(log.warnings).toEqual([]);
    expect(host.refusals).toEqual([]);
  });

  test("answers every question that was open when the connection was lost", async () => {
    const { folder, host, target } = await setUp({ faults: { sessions: 1 } });
    const dump = await writeDump(folder, 1_234);
    const source = await logIn(target);
    await source.list("/dump");
    host.dropConnections();
    const answers = await Promise.all([source.facts(dump.path), source.list("/dump"), source.facts("/dump/none.dmp")]);
    expect(answers).toEqual([dump.expected, ["x.dmp"], null]);
    expect(host.counters.connections).toBe(2 + 1);
    expect(host.refusals).toEqual([]);
  });

  test.each(["login", "first question", "tunnel"])(
    "is patient with a host that closes a connection at the %s",
    async (when) => {
      const { host, target } = await setUp({ forwardTargets: { "db:1521": await listenOnLoopback(() => undefined) } });
      const log = recordingLog();
      if (when === "login") host.faults.closedEarly = 1;
      const source = await logIn(target, { log });
      if (when === "tunnel") host.dropConnections();
      if (when === "tunnel") await expect.poll(() => host.openSockets()).toBe(0);
      if (when !== "login") host.faults.closedEarly = 1;
      if (when === "tunnel") await source.forward("db", 1521);
      else expect(await source.list("/dump")).toEqual([]);
      expect(host.faults.closedEarly).toBe(0);
      expect(log.warnings).toEqual([expect.stringMatching(/cannot be reached: .*\. Trying again\.$/)]);
    },
  );

  test("gives up on a host that closes every connection", async () => {
    const { host, target } = await setUp({ faults: { closedEarly: 100 } });
    await expect(logIn(target)).rejects.toMatchObject({ code: "ssh-unreachable" });
    expect(host.faults.closedEarly).toBe(100 - 3);
  });

  test("says that the connection was lost when the host is gone for good", async () => {
    const { host, target } = await setUp();
    const source = await logIn(target);
    await host.close();
    await expect(source.list("/dump")).rejects.toMatchObject({ code: "ssh-unreachable" });
  });
});

describe("the pretended SSH host", () => {
  test("refuses commands, shells, writing, changes, and ways out of its folders", async () => {
    const { folder, host, keys } = await setUp();
    await writeDump(folder, 10);
    await mkdir(join(folder, "sub"));
    await symlink("/etc", join(folder, "sub", "etc"));
    const { Client } = await loadSsh2();
    const client = new Client();
    await new Promise<void>((resolve, reject) => {
      client.on("ready", resolve).on("error", reject);
      client.connect({ host: "127.0.0.1", port: host.port, username: "dump", privateKey: keys.private });
    });
    const outcome = (start: (done: (error?: Error | null) => void) => void) =>
      new Promise<string>((resolve) => start((error) => resolve(error ? error.message : "allowed")));
    expect(await outcome((done) => client.exec("id", done))).toBe("Unable to exec");
    expect(await outcome((done) => client.shell(done))).toMatch(/Unable to/);
    expect(await outcome((done) => client.forwardOut("127.0.0.1", 0, "127.0.0.1", 22, done))).toMatch(/open failure/);
    const sftp = await new Promise<SFTPWrapper>((resolve, reject) =>
      client.sftp((error, channel) => (error ? reject(error) : resolve(channel))),
    );
    expect(await outcome((done) => sftp.open("/dump/x.dmp", "r+", done))).toBe("Permission denied");
    expect(await outcome((done) => sftp.open("/dump/new", "w", done))).toBe("Permission denied");
    expect(await outcome((done) => sftp.mkdir("/dump/new", done))).toBe("Permission denied");
    expect(await outcome((done) => sftp.rename("/dump/x.dmp", "/dump/y.dmp", done))).toBe("Permission denied");
    expect(await outcome((done) => sftp.setstat("/dump/x.dmp", { mode: 0o777 }, done))).toBe("Permission denied");
    expect(await outcome((done) => sftp.unlink("/dump/sub", done))).toBe("Failure");
    expect(await outcome((done) => sftp.stat("/dump/../../etc/passwd", done))).toBe("No such file");
    expect(await outcome((done) => sftp.stat("/dump/sub/etc/passwd", done))).toBe("Permission denied");
    expect(await outcome((done) => sftp.open("/dump/x.dmp", "r", done))).toBe("allowed");
    client.end();
    expect(host.counters.refused).toBe(host.refusals.length);
    expect(await readdir(folder)).toEqual(["sub", "x.dmp"]);
  });
});
