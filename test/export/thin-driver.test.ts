import { afterEach, describe, expect, it } from "vitest";
import { connectSource } from "../../src/adapters/oracle/thin.ts";
import { DatabaseError } from "../../src/ports/database-error.ts";
import { inspectSource } from "../../src/export/inspect-source.ts";
import { planExport } from "../../src/export/plan-export.ts";
import { runExport } from "../../src/export/run-export.ts";
import { readInstance } from "../../src/export/statements/instance.ts";
import { defineBlock, defineQuery } from "../../src/export/statements/statement.ts";
import { openLoopbackTunnel } from "../world/oracle/loopback-tunnel.ts";
import { startTnsServer, type TnsServerOptions } from "../world/oracle/tns/server.ts";
import { CANARY, EXPORTER, openSource, sampleIdentity, sampleSeed } from "./source.ts";

const closing: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function openWire(options: Partial<TnsServerOptions> = {}, account = EXPORTER) {
  const source = openSource({ account });
  const server = await startTnsServer({ engine: source.engine, ...options });
  const tunnel = await openLoopbackTunnel(server.port);
  closing.push(source.remove, () => server.close(), tunnel.destroy);
  const logon = {
    tunnel,
    user: "seedbed",
    password: CANARY,
    serviceName: "HRPDB",
    deadlines: { connect: 3000, call: 5000, grace: 500 },
  };
  return { source, server, tunnel, logon };
}

describe.each([
  ["a 19c server", { flavor: "19c" }],
  ["a 23ai server with short packets and error markers", { flavor: "23ai", sdu: 1024, markErrors: true }],
] as const)("over the unmodified driver and %s", (_name, options) => {
  it("inspects, plans and exports", async () => {
    const { source, server, logon } = await openWire(options);
    const database = await connectSource(logon);
    closing.push(() => database.close());
    const ports = { ...source.ports(), database };
    const seed = sampleSeed({ export: { parallel: 2, compression: "none", piece_size: "1Mi" } });
    const report = await inspectSource({ seed, directory: "SEEDBED_DIR", service: "HRPDB" }, ports);
    expect(report.findings.filter((finding) => finding.severity === "error")).toEqual([]);
    const plan = planExport(seed, report, sampleIdentity(seed));
    const outcome = await runExport(plan, ports, new AbortController().signal);
    expect(outcome.files).toEqual(source.counts().files_left.filter((name) => name.endsWith(".dmp")));
    expect(source.counts()).toMatchObject({
      exports: { started: 2, completed: 2, stopped: 0 },
      jobs_left: [],
      statements_refused: 0,
    });
    expect(server.failures).toEqual([]);
  });

  it("brings Data Pump's own reason through an error stack", async () => {
    const { source, logon } = await openWire(options);
    source.settings.enterprise = false;
    const database = await connectSource(logon);
    closing.push(() => database.close());
    const ports = { ...source.ports(), database };
    const seed = sampleSeed({ export: { parallel: 4, compression: "none", piece_size: "1Gi" } });
    const report = await inspectSource({ seed, directory: "SEEDBED_DIR", service: "HRPDB" }, ports);
    const running = runExport(planExport(seed, report, sampleIdentity(seed)), ports, new AbortController().signal);
    await expect(running).rejects.toMatchObject({
      code: "source-ora-39094",
      message: expect.stringContaining("ORA-39094: Parallel execution not supported"),
      leftOnSource: [],
    });
  });
});

describe("a session that is lost while a job runs", () => {
  async function start(reconnectable: boolean) {
    const { source, server, logon } = await openWire();
    const database = await connectSource(logon);
    closing.push(() => database.close());
    const again = async () => {
      const tunnel = await openLoopbackTunnel(server.port);
      closing.push(tunnel.destroy);
      return await connectSource({ ...logon, tunnel });
    };
    const ports = { ...source.ports(), database, ...(reconnectable ? { reconnect: again } : {}) };
    const seed = sampleSeed();
    const report = await inspectSource({ seed, directory: "SEEDBED_DIR", service: "HRPDB" }, ports);
    const hold = source.pump.hold("OE.CUSTOMERS");
    const running = runExport(planExport(seed, report, sampleIdentity(seed)), ports, new AbortController().signal);
    running.catch(() => {});
    await hold.reached;
    return { source, server, hold, running };
  }

  it("is replaced by one that attaches, and the job is not started again", async () => {
    const { source, server, hold, running } = await start(true);
    server.killSessions();
    await expect.poll(() => source.counts().statements).toContain("seedbed:attach-job");
    hold.release();
    expect((await running).rows).toHaveLength(5);
    expect(source.counts()).toMatchObject({
      exports: { started: 2, completed: 2, stopped: 0 },
      jobs_left: [],
      statements_refused: 0,
    });
    await expect.poll(() => server.counters.connections).toBe(0);
  });

  it("is taken for done when the job ended before anybody attached", async () => {
    const { source, server, hold, running } = await start(true);
    server.killSessions();
    hold.release();
    expect((await running).rows).toHaveLength(5);
    expect(source.counts().exports).toEqual({ started: 2, completed: 2, stopped: 0 });
  });

  it("ends the export where nobody can log on again, and says what may be left", async () => {
    const { source, server, running } = await start(false);
    server.killSessions();
    await expect(running).rejects.toMatchObject({
      code: expect.stringMatching(/^source-njs-5/),
      leftOnSource: [expect.stringContaining("perhaps jobs and files named SEEDBED_")],
    });
    expect(source.counts().jobs_left).toHaveLength(1);
  });
});

describe("a logon", () => {
  it("quotes ORA-01017 and never the password", async () => {
    const { logon } = await openWire();
    const wrong = { ...logon, password: `${CANARY}-wrong` };
    const error = await connectSource(wrong).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(DatabaseError);
    expect((error as DatabaseError).code).toBe("ORA-01017");
    expect(deepText(error)).not.toContain(CANARY);
  });

  it("names a locked account", async () => {
    const { logon } = await openWire({}, { ...EXPORTER, locked: true });
    await expect(connectSource(logon)).rejects.toMatchObject({ code: "ORA-28000" });
  });

  it("names a service that the listener does not know", async () => {
    const { logon } = await openWire();
    await expect(connectSource({ ...logon, serviceName: "NOPE" })).rejects.toMatchObject({ code: "NJS-518" });
  });

  it("refuses a service name that would break out of the descriptor", async () => {
    const { server, logon } = await openWire();
    const serviceName = "X)(ADDRESS=(HOST=evil)(PORT=1)";
    await expect(connectSource({ ...logon, serviceName })).rejects.toThrow("is not a valid service name");
    expect(server.counters.connections).toBe(0);
  });

  it("explains a listener that sends it past the tunnel", async () => {
    // Port 9 of another loopback address: nothing listens there.
    const { logon } = await openWire({ faults: { redirect: { host: "127.0.0.2", port: 9 } } as never });
    await expect(connectSource(logon)).rejects.toMatchObject({
      code: "source-redirected",
      message: expect.stringContaining("127.0.0.2:9"),
    });
  });

  it("ends at its deadline when the server falls silent", async () => {
    const { server, tunnel, logon } = await openWire();
    server.faults.silent = true;
    const deadlines = { ...logon.deadlines, connect: 300 };
    await expect(connectSource({ ...logon, deadlines })).rejects.toMatchObject({
      code: "source-silent",
    });
    expect(tunnel.destroyed).toBe(1);
  });
});

describe("a session", () => {
  it("ends a call to a silent server by destroying the tunnel", async () => {
    const { server, tunnel, logon } = await openWire();
    const database = await connectSource({ ...logon, deadlines: { connect: 3000, call: 200, grace: 100 } });
    server.faults.silent = true;
    await expect(database.query(readInstance, {})).rejects.toMatchObject({
      code: "source-silent",
      message: expect.stringContaining("seedbed:instance"),
    });
    expect(tunnel.destroyed).toBe(1);
    await database.close();
  });

  it("closes within its grace even when the server no longer answers", async () => {
    const { server, tunnel, logon } = await openWire();
    const database = await connectSource({ ...logon, deadlines: { connect: 3000, call: 200, grace: 100 } });
    server.faults.silent = true;
    await database.close();
    expect(tunnel.destroyed).toBe(1);
  });

  it("gives the server's session back", async () => {
    const { server, logon } = await openWire();
    const database = await connectSource(logon);
    expect(server.counters.connections).toBe(1);
    await database.close();
    await expect.poll(() => server.counters.connections).toBe(0);
  });

  it("refuses binds that a statement does not declare, before anything is sent", async () => {
    const { source, logon } = await openWire();
    const database = await connectSource(logon);
    closing.push(() => database.close());
    const statement = defineQuery("instance", readInstance.sql.replace(/ \/\*.*?\*\//, ""), { owner: "text" });
    await expect(database.query(statement, {})).rejects.toThrow("needs the bind owner");
    await expect(database.query(statement, { owner: 1 })).rejects.toThrow("is not a text");
    await expect(database.query(readInstance, { other: "x" })).rejects.toThrow("has no bind other");
    expect(source.counts().statements).toEqual([]);
  });

  it("is refused by the source for a statement that nobody declared", async () => {
    const { source, logon } = await openWire();
    const database = await connectSource(logon);
    closing.push(() => database.close());
    const query = defineQuery("unknown", "SELECT 1 AS one FROM dual");
    const block = defineBlock("unknown-block", "BEGIN DBMS_DATAPUMP.DETACH(handle => 1); END;", {});
    await expect(database.query(query, {})).rejects.toMatchObject({ code: "ORA-00900" });
    await expect(database.block(block, {})).rejects.toMatchObject({
      code: expect.stringMatching(/ORA-06550|PLS-00201/),
    });
    expect(source.counts().statements_refused).toBe(2);
  });
});

/** Everything that a log could print of an error. */
function deepText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.message, error.stack, JSON.stringify(error), deepText(error.cause)].join("\n");
}
