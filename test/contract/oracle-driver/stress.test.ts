import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import oracledb, { type Connection } from "oracledb";
import { describe, expect, it } from "vitest";
import { type Answer, type Call, type Engine, OraError } from "../../world/oracle/engine.ts";
import { type TnsServer, startTnsServer } from "../../world/oracle/tns/server.ts";
import { SETTINGS } from "./settings.ts";

/** Many seeds: SEEDBED_SEEDS=200. One seed again: SEEDBED_SEED=<seed>. */
const FIRST = Number(process.env["SEEDBED_SEED"] ?? 1);
const SEEDS = process.env["SEEDBED_SEED"] === undefined ? Number(process.env["SEEDBED_SEEDS"] ?? 3) : 1;
const CONNECTIONS = 4;
const STEPS = 25;
/** Nothing here takes a second; whoever is not back by then will never be. */
const HUNG_MS = 8000;
const BREAK_DELAYS_MS = [0, 1, 3, 8];

/** One call: what it asks, how long the engine takes, and when it is cut off, if at all. */
interface Step {
  what: "rows" | "text" | "duplicate" | "insert";
  takesMs: number;
  cut: "never" | "break" | "timeout";
  cutAfterMs: number;
  size: number;
}

const STEP: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom("rows", "text", "duplicate", "insert"),
  takesMs: fc.integer({ min: 0, max: 6 }),
  cut: fc.constantFrom("never", "break", "timeout"),
  cutAfterMs: fc.integer({ min: 0, max: 6 }),
  size: fc.integer({ min: 0, max: 60 }),
});

/** Answers carry the number that was asked for, so that an answer to another call shows. */
class EchoEngine implements Engine {
  readonly services = ["STRESS"];
  account = () => ({ password: "tiger", locked: false });
  ended = () => undefined;

  async execute(call: Call, signal: AbortSignal): Promise<Answer> {
    const [takesMs = 0, size = 0] = ["MS", "SIZE"].map((name) => Number(call.binds.get(name)?.value));
    // Every third call does not hear the abort: its answer comes when nobody waits for it any more.
    if (takesMs > 0) await sleep(takesMs, undefined, size % 3 === 0 ? {} : { signal });
    const token = String(call.binds.get("TOKEN")?.value);
    if (call.sql.includes("duplicate")) throw new OraError(1, [`ORA-00001: unique constraint (${token}) violated`]);
    if (call.kind === "dml") return { kind: "affected", rows: size };
    if (call.kind === "block") return { kind: "out", values: { OUT: token.padEnd(size * 60, "y") } };
    const rows = Array.from({ length: size }, (_, index) => [token, "x".repeat(index * 7)]);
    const columns = [
      { name: "TOKEN", type: "text" as const },
      { name: "PAD", type: "text" as const },
    ];
    return { kind: "rows", columns, rows };
  }
}

async function runStep(connection: Connection, step: Step, token: string): Promise<unknown> {
  const binds = { ms: step.takesMs, size: step.size, token };
  const out = { dir: oracledb.BIND_OUT, type: oracledb.STRING, maxSize: 4000 };
  switch (step.what) {
    case "rows":
      return (await connection.execute<string[]>("select f(:ms, :size, :token) from t", binds)).rows;
    case "text":
      return (await connection.execute("begin p(:ms, :size, :token, :out); end;", { ...binds, out })).outBinds;
    case "insert":
      return (await connection.execute("insert into t values (:ms, :size, :token)", binds)).rowsAffected;
    case "duplicate":
      return (await connection.execute("insert into t values (:ms, :size, :token) /* duplicate */", binds))
        .rowsAffected;
  }
}

function expected(step: Step, token: string): unknown {
  if (step.what === "rows")
    return Array.from({ length: step.size }, (_, index) => [token, index === 0 ? null : "x".repeat(index * 7)]);
  return step.what === "text" ? { out: token.padEnd(step.size * 60, "y") } : step.size;
}

/** Runs one connection's steps; a failure that no break explains is thrown. */
async function runConnection(server: TnsServer, name: string, steps: Step[]): Promise<void> {
  const connectString = `127.0.0.1:${server.port}/STRESS`;
  const connection = await oracledb.getConnection({ user: "scott", password: "tiger", connectString });
  for (const [index, step] of steps.entries()) {
    const token = `${name}.${index}`;
    connection.callTimeout = step.cut === "timeout" ? Math.max(1, step.cutAfterMs) : 0;
    const result = runStep(connection, step, token).then(
      (value) => expect(value).toEqual(expected(step, token)),
      (error: oracledb.DBError) => checkError(error, step, token),
    );
    if (step.cut === "break") {
      await sleep(step.cutAfterMs);
      await connection.break();
    }
    await notHung(result, `step ${index} of ${name}: ${JSON.stringify(step)}`);
  }
  connection.callTimeout = 0;
  // node-oracledb may give one late ORA-01013 to the call after a break, and no more than one.
  await connection.ping().catch((error: oracledb.DBError) => expect(error.errorNum).toBe(1013));
  await notHung(connection.ping(), `ping of ${name}`);
  await notHung(connection.close(), `close of ${name}`);
}

function checkError(error: oracledb.DBError, step: Step, token: string): void {
  if (error.errorNum === 1 && step.what === "duplicate") expect(error.message).toContain(`(${token})`);
  else expect(["ORA-01013", "NJS-123"]).toContain(error.code ?? error.message);
}

async function notHung(work: Promise<unknown>, what: string): Promise<void> {
  const deadline = new AbortController();
  const late = sleep(HUNG_MS, "late", { signal: deadline.signal }).catch(() => "in time");
  const first = await Promise.race([work.then(() => "done"), late]);
  deadline.abort();
  if (first === "late") throw new Error(`hung: ${what}`);
}

async function runSeed(seed: number, setting: (typeof SETTINGS)[number]): Promise<void> {
  const plans = fc.sample(fc.array(STEP, { minLength: STEPS, maxLength: STEPS, size: "max" }), {
    seed,
    numRuns: CONNECTIONS,
  });
  const breakDelayMs = BREAK_DELAYS_MS[seed % BREAK_DELAYS_MS.length] ?? 0;
  const server = await startTnsServer({ engine: new EchoEngine(), ...setting, breakDelayMs });
  try {
    await Promise.all(plans.map((steps, index) => runConnection(server, `${seed}.${index}`, steps)));
    expect(server.failures).toEqual([]);
    expect(server.counters.sessions).toBe(0);
    expect(server.counters.breaks).toBeGreaterThan(0);
  } finally {
    await server.close();
  }
}

describe.each(SETTINGS)("calls cut off at any moment, $label", (setting) => {
  const seeds = Array.from({ length: SEEDS }, (_, index) => FIRST + index);

  it(
    "end or bring their own answer, and the session goes on",
    async () => {
      const failed: string[] = [];
      for (const seed of seeds)
        await runSeed(seed, setting).catch((error: unknown) => failed.push(`SEEDBED_SEED=${seed}: ${String(error)}`));
      expect(failed).toEqual([]);
    },
    30_000 + SEEDS * 5000,
  );
});
