import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { collect, listenOnLoopback, logIn, never, recordingLog, setUp } from "./ssh-setup.ts";
import { writeDump } from "./written-dump.ts";

/** A listener behind the SSH host that sends back what it gets. */
async function startEcho() {
  let accepted = 0;
  const port = await listenOnLoopback((socket) => {
    accepted += 1;
    socket.pipe(socket);
  });
  return { port, accepted: () => accepted };
}

async function echoThrough(port: number, bytes: Buffer): Promise<Buffer> {
  const socket = connect(port, "127.0.0.1");
  socket.end(bytes);
  return collect(socket);
}

describe("a tunnel to the source's listener", () => {
  test("carries many connections at once, both ways, byte for byte", async () => {
    const echo = await startEcho();
    const { target, host } = await setUp({ forwardTargets: { "db.internal:1521": echo.port } });
    const source = await logIn(target);
    const tunnel = await source.forward("db.internal", 1521);
    expect(tunnel.host).toBe("127.0.0.1");
    const sent = Array.from({ length: 5 }, (_each, index) => Buffer.alloc(3_000_000 + index, index + 1));
    const back = await Promise.all(sent.map((bytes) => echoThrough(tunnel.port, bytes)));
    expect(back.map((bytes, index) => bytes.equals(sent[index]!))).toEqual([true, true, true, true, true]);
    expect(echo.accepted()).toBe(5);
    expect(host.counters.connections).toBe(1);
    tunnel.destroy();
  });

  test("says at once that the host forwards nothing there", async () => {
    const { target, host } = await setUp();
    const source = await logIn(target);
    await expect(source.forward("db.internal", 1521)).rejects.toMatchObject({
      code: "ssh-forward-refused",
      message: expect.stringMatching(/refused to forward to db\.internal:1521: \(SSH\) Channel open failure/),
    });
    expect(host.refusals).toEqual(["way to db.internal:1521"]);
  });

  test("destroying it ends a connection whose channel is only opened then", async () => {
    const sockets: Socket[] = [];
    const port = await listenOnLoopback((socket) => {
      // The second connection's channel: the listener has accepted it, and the answer is on its way to Seedbed.
      if (sockets.push(socket.resume()) === 2) tunnel.destroy();
    });
    const { target } = await setUp({ forwardTargets: { "db:1521": port } });
    const source = await logIn(target);
    const tunnel = await source.forward("db", 1521);
    const callers = [connect(tunnel.port, "127.0.0.1"), connect(tunnel.port, "127.0.0.1")];
    for (const caller of callers) caller.on("error", () => undefined);
    await expect.poll(() => sockets.length).toBe(2);
    await expect.poll(() => sockets.filter((socket) => !socket.destroyed).length).toBe(0);
  });

  test("destroying it ends a call to a silent server and closes the port", async () => {
    const sockets: Socket[] = [];
    const port = await listenOnLoopback((socket) => sockets.push(socket.resume()));
    const { target } = await setUp({ forwardTargets: { "db:1521": port } });
    const source = await logIn(target);
    const tunnel = await source.forward("db", 1521);
    const callers = [connect(tunnel.port, "127.0.0.1"), connect(tunnel.port, "127.0.0.1")];
    for (const caller of callers) caller.on("error", () => undefined).write("hello");
    await expect.poll(() => sockets.length).toBe(2);
    const closed = Promise.all(callers.map((caller) => once(caller, "close")));
    tunnel.destroy();
    await closed;
    await expect.poll(() => sockets.filter((socket) => !socket.destroyed).length).toBe(0);
    const late = connect(tunnel.port, "127.0.0.1");
    const [error] = (await once(late, "error")) as [NodeJS.ErrnoException];
    expect(error.code).toBe("ECONNREFUSED");
    // The connection itself lives on.
    expect(await source.list("/dump")).toEqual([]);
  });

  test("a lost SSH connection ends the callers, and the next tunnel gets a new one", async () => {
    const echo = await startEcho();
    const { target, host } = await setUp({ forwardTargets: { "db:1521": echo.port } });
    const source = await logIn(target);
    const tunnel = await source.forward("db", 1521);
    const caller = connect(tunnel.port, "127.0.0.1");
    caller.on("error", () => undefined).resume();
    caller.write("hello");
    await once(caller, "data");
    host.dropConnections();
    await once(caller, "close");
    const next = await source.forward("db", 1521);
    expect((await echoThrough(next.port, Buffer.from("again"))).toString()).toBe("again");
    expect(host.counters.connections).toBe(2);
  });

  test("a listener that is gone later is reported, and the caller's connection ends", async () => {
    const echo = await startEcho();
    const targets: Record<string, number> = { "db:1521": echo.port };
    const { target } = await setUp({ forwardTargets: targets });
    const log = recordingLog();
    const source = await logIn(target, { log });
    const tunnel = await source.forward("db", 1521);
    expect((await echoThrough(tunnel.port, Buffer.from("one"))).toString()).toBe("one");
    delete targets["db:1521"];
    const caller = connect(tunnel.port, "127.0.0.1").on("error", () => undefined);
    await once(caller, "close");
    expect(log.warnings).toEqual([expect.stringContaining("refused to forward to db:1521")]);
  });

  test("stays up while the connection of a file is cut", async () => {
    const echo = await startEcho();
    const { folder, target, host } = await setUp({
      forwardTargets: { "db:1521": echo.port },
      faults: { cutAfterBytes: [1_000_000] },
    });
    const dump = await writeDump(folder, 4_000_000);
    const source = await logIn(target);
    const tunnel = await source.forward("db", 1521);
    const caller = connect(tunnel.port, "127.0.0.1");
    caller.write("before");
    expect(String((await once(caller, "data"))[0])).toBe("before");
    const read = await collect(source.read(dump.path, { ...dump, signal: never }));
    expect(read.equals(dump.content)).toBe(true);
    caller.write("after");
    expect(String((await once(caller, "data"))[0])).toBe("after");
    caller.destroy();
    expect(host.counters.connections).toBe(3);
  });
});
