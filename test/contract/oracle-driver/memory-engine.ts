import { setTimeout as sleep } from "node:timers/promises";
import {
  type Account,
  type Answer,
  type Call,
  type Engine,
  OraError,
  type Session,
  type Value,
} from "../../world/oracle/engine.ts";

/** The account that tests log on with. Quotes and letters beyond ASCII take part in the exchange. */
export const SCOTT = { user: "scott", password: "T1ger!é" };

/** The one service of the test's listener. */
export const SERVICE = "ORCLPDB1";

const ACCOUNTS: Readonly<Record<string, { password: string; locked: boolean }>> = {
  SCOTT: { password: SCOTT.password, locked: false },
  SYSTEM: { password: "a-rather-long-password-0123456789", locked: false },
  ADAMS: { password: "wood", locked: true },
};

/** An engine of a few canned statements, found by their tag; it remembers what it was asked. */
export class MemoryEngine implements Engine {
  readonly services = [SERVICE];
  readonly calls: Call[] = [];
  readonly endedSessions: Session[] = [];
  aborted = 0;

  account(user: string): Account | null {
    return ACCOUNTS[user] ?? null;
  }

  get last(): Call {
    const call = this.calls.at(-1);
    if (call === undefined) throw new Error("the engine was not asked yet");
    return call;
  }

  async execute(call: Call, signal: AbortSignal): Promise<Answer> {
    this.calls.push(call);
    const tag = /\/\* (\w+) \*\//.exec(call.sql)?.[1] ?? "";
    if (tag === "sleep") return this.#sleep(signal);
    const statement = STATEMENTS[tag];
    if (statement === undefined) throw new OraError(900, ["ORA-00900: invalid SQL statement"]);
    return statement(call);
  }

  ended(session: Session): void {
    this.endedSessions.push(session);
  }

  async #sleep(signal: AbortSignal): Promise<Answer> {
    signal.addEventListener("abort", () => (this.aborted += 1), { once: true });
    await sleep(60_000, undefined, { signal });
    return { kind: "out", values: {} };
  }
}

/** The value that a call was given for a bind. */
export function bound(call: Call, name: string): Value {
  return call.binds.get(name)?.value ?? null;
}

const STATEMENTS: Readonly<Record<string, (call: Call) => Answer>> = {
  many: (call) => ({
    kind: "rows",
    columns: [
      { name: "ID", type: "number" },
      { name: "TXT", type: "text" },
    ],
    rows: Array.from({ length: Number(bound(call, "N")) }, (_, index) => [
      index + 1,
      `row ${index + 1} ${"x".repeat(index % 300)}`,
    ]),
  }),
  echo: (call) => ({
    kind: "rows",
    columns: [
      { name: "V", type: "text", maxBytes: 100 },
      { name: "N", type: "number" },
      { name: "D", type: "date" },
      { name: "TS", type: "timestamp" },
      { name: "R", type: "raw" },
      { name: "NIL", type: "text" },
    ],
    rows: [["V", "N", "D", "TS", "R", "NIL"].map((name) => bound(call, name))],
  }),
  numbers: (call) => ({
    kind: "rows",
    columns: [{ name: "N", type: "number" }],
    rows: String(bound(call, "LIST"))
      .split(" ")
      .map((text) => [text]),
  }),
  wide: () => ({
    kind: "rows",
    columns: [{ name: "W", type: "text", maxBytes: 32_767 }],
    rows: [["w".repeat(32_767)]],
  }),
  clobs: () => ({
    kind: "rows",
    columns: [
      { name: "ID", type: "number" },
      { name: "C", type: "clob" },
    ],
    rows: [
      [1, "small"],
      [2, "ž😀".repeat(30_000)],
      [3, null],
    ],
  }),
  copy: (call) => ({
    kind: "out",
    values: { RES: `${bound(call, "A")}-${bound(call, "B")}`, CNT: Number(bound(call, "CNT") ?? 0) + 1 },
  }),
  fill: (call) => ({ kind: "out", values: { T: "é".repeat(Number(bound(call, "N"))) } }),
  length: (call) => ({ kind: "out", values: { N: String(bound(call, "T") ?? "").length } }),
  clob: (call) => ({
    kind: "out",
    values: { C: `got ${String(bound(call, "C") ?? "").length} ${"k😀".repeat(20_000)}` },
  }),
  nothing: () => ({ kind: "out", values: {} }),
  insert: () => ({ kind: "affected", rows: 3 }),
  ddl: () => ({ kind: "affected", rows: 0 }),
  missing: () => {
    throw new OraError(942, ["ORA-00942: table or view does not exist"], 14);
  },
  duplicate: () => {
    throw new OraError(1, ["ORA-00001: unique constraint (HR.PK) violated"]);
  },
  boom: () => {
    throw new OraError(39_002, BOOM);
  },
  broken: () => ({ kind: "rows", columns: [], rows: [] }),
};

/** A stack as DBMS_DATAPUMP raises them. */
export const BOOM = [
  "ORA-39002: invalid operation",
  'ORA-06512: at "SYS.DBMS_SYS_ERROR", line 79',
  'ORA-06512: at "SYS.DBMS_DATAPUMP", line 5111',
  "ORA-06512: at line 3",
];
