import { setTimeout as sleep } from "node:timers/promises";
import oracledb from "oracledb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TnsServer, startTnsServer } from "../../world/oracle/tns/server.ts";
import { MemoryEngine, SCOTT, SERVICE } from "./memory-engine.ts";
import { throwFailures } from "./settings.ts";
import { type Tunnel, startTunnel } from "./tunnel.ts";

/** Long against a callTimeout of 100 ms, short for a test. */
const LONG_MS = 1000;

/** What a promise came to, or that it came to nothing within a time. */
async function outcome(promise: Promise<unknown>, milliseconds = LONG_MS): Promise<string> {
  const settled = promise.then(
    () => "resolved",
    (error: unknown) => (error as oracledb.DBError).code ?? "rejected",
  );
  return Promise.race([settled, sleep(milliseconds, "pending")]);
}

describe("a server that has fallen silent", () => {
  let engine: MemoryEngine;
  let server: TnsServer;
  let tunnel: Tunnel;
  const connect = () => oracledb.getConnection({ ...SCOTT, connectString: `127.0.0.1:${tunnel.port}/${SERVICE}` });

  beforeEach(async () => {
    engine = new MemoryEngine();
    server = await startTnsServer({ engine });
    tunnel = await startTunnel(server.port);
  });
  afterEach(async () => {
    await tunnel.stop();
    await server.close();
    throwFailures(server);
  });

  it("holds a call past its callTimeout, and close() behind it, until our end of the socket is destroyed", async () => {
    const connection = await connect();
    server.faults.silent = true;
    connection.callTimeout = 100;
    const call = connection.execute("begin /* nothing */ null; end;");
    expect(await outcome(call)).toBe("pending");
    const closing = connection.close({ drop: true });
    expect(await outcome(closing)).toBe("pending");
    expect([server.counters.calls, server.counters.breaks, server.counters.sessions]).toEqual([0, 0, 1]);
    tunnel.destroy();
    expect(await outcome(call)).toBe("NJS-500");
    expect(await outcome(closing)).toBe("resolved");
    await server.close();
    expect(server.counters.sessions).toBe(0);
  });

  it("holds a logon past connectTimeout, which ends where the listener accepts", async () => {
    const known = engine.account.bind(engine);
    engine.account = (user) => {
      server.faults.silent = true;
      return known(user);
    };
    const connectString = `127.0.0.1:${tunnel.port}/${SERVICE}`;
    const attempt = oracledb.getConnection({ ...SCOTT, connectString, connectTimeout: 1 });
    expect(await outcome(attempt, 2 * LONG_MS)).toBe("pending");
    tunnel.destroy();
    expect(await outcome(attempt)).toMatch(/^NJS-/);
    expect(server.counters.logons).toEqual({ ok: 0, refused: 0 });
  });

  it("stays silent to the connections that met it, and answers new ones after it woke", async () => {
    const connection = await connect();
    server.faults.silent = true;
    const call = connection.execute("begin /* nothing */ null; end;");
    expect(await outcome(call)).toBe("pending");
    server.faults.silent = false;
    await connection.break();
    expect(await outcome(call)).toBe("pending");
    expect(server.counters.breaks).toBe(0);
    const fresh = await connect();
    expect(await outcome(fresh.ping())).toBe("resolved");
    await fresh.close();
    tunnel.destroy();
    expect(await outcome(call)).toBe("NJS-500");
  });

  it("that only ignores breaks holds the call until it ends by itself or its session is killed", async () => {
    server.faults.ignoreBreak = true;
    const connection = await connect();
    connection.callTimeout = 100;
    const call = connection.execute("begin /* sleep */ null; end;");
    expect(await outcome(call)).toBe("pending");
    expect([server.counters.breaks, engine.aborted]).toEqual([1, 0]);
    server.killSessions();
    expect(await outcome(call)).toBe("NJS-500");
    expect(await outcome(connection.close())).toBe("resolved");
    await server.close();
    expect([engine.aborted, engine.endedSessions.length]).toEqual([1, 1]);
  });
});
