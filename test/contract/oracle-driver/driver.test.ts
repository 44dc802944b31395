import { setTimeout as sleep } from "node:timers/promises";
import oracledb, { type Connection } from "oracledb";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type TnsServer, startTnsServer } from "../../world/oracle/tns/server.ts";
import { BOOM, MemoryEngine, SCOTT, SERVICE, bound } from "./memory-engine.ts";
import { SETTINGS, throwFailures } from "./settings.ts";

it("tests the driver that the product ships, in thin mode", () => {
  expect(oracledb.versionString).toBe("26.0.0");
  expect(oracledb.thin).toBe(true);
});

const ARRAY = { dir: oracledb.BIND_OUT, type: oracledb.STRING, maxSize: 20, maxArraySize: 4 };

describe.each(SETTINGS)("node-oracledb against $label", (setting) => {
  let engine: MemoryEngine;
  let server: TnsServer;
  let connection: Connection;

  const connect = (user = SCOTT.user, password = SCOTT.password, service = SERVICE) =>
    oracledb.getConnection({ user, password, connectString: `127.0.0.1:${server.port}/${service}` });
  const failure = async (promise: Promise<unknown>): Promise<oracledb.DBError> => {
    const outcome = await promise.then(
      () => null,
      (error: unknown) => error as oracledb.DBError,
    );
    if (outcome === null) throw new Error("no error came");
    return outcome;
  };

  beforeAll(async () => {
    engine = new MemoryEngine();
    server = await startTnsServer({ engine, ...setting });
    connection = await connect();
  });
  afterAll(async () => {
    await connection.close();
    await server.close();
  });
  beforeEach(() => {
    engine.calls.length = 0;
  });
  afterEach(() => throwFailures(server));

  describe("logon", () => {
    it("connects, and names its release and service", () => {
      expect(connection.oracleServerVersionString).toBe(setting.flavor === "23ai" ? "23.26.1.0.0" : "19.25.0.0.0");
      expect(connection.serviceName).toBe(SERVICE);
    });

    it("takes a connect descriptor that needs a packet of its own", async () => {
      const descriptor =
        `(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST=127.0.0.1)(PORT=${server.port}))` +
        `(CONNECT_DATA=(SERVICE_NAME=${SERVICE})(COLOCATION_TAG=${"t".repeat(250)})))`;
      const other = await oracledb.getConnection({ ...SCOTT, connectString: descriptor });
      expect(other.serviceName).toBe(SERVICE);
      await other.close();
    });

    it("refuses a service that the listener does not know", async () => {
      const before = { ...server.counters.logons };
      expect((await failure(connect("scott", "x", "NOPE"))).code).toBe("NJS-518");
      expect(server.counters.logons).toEqual(before);
    });

    it("takes any accepted password, long or with letters beyond ASCII", async () => {
      const { ok } = server.counters.logons;
      await (await connect("system", "a-rather-long-password-0123456789")).close();
      await (await connect()).close();
      expect(server.counters.logons.ok).toBe(ok + 2);
    });

    it.each([
      { who: "a wrong password", user: "scott", password: "nope", code: 1017 },
      { who: "an unknown user", user: "nobody", password: "x", code: 1017 },
      { who: "a locked account", user: "adams", password: "wood", code: 28_000 },
    ])("refuses $who", async ({ user, password, code }) => {
      const { ok, refused } = server.counters.logons;
      expect((await failure(connect(user, password))).errorNum).toBe(code);
      expect(server.counters.logons).toEqual({ ok, refused: refused + 1 });
    });

    it("refuses SYSDBA to an account that is none", async () => {
      const connectString = `127.0.0.1:${server.port}/${SERVICE}`;
      const attempt = oracledb.getConnection({ ...SCOTT, connectString, privilege: oracledb.SYSDBA });
      expect((await failure(attempt)).errorNum).toBe(1031);
    });

    it("sends a client to another host where it is told to, straight and without a logon here", async () => {
      const other = await startTnsServer({ engine: new MemoryEngine(), ...setting });
      server.faults.redirect = { host: "127.0.0.1", port: other.port };
      const before = server.counters.logons.ok;
      const moved = await connect();
      expect([server.counters.logons.ok, other.counters.logons.ok]).toEqual([before, 1]);
      server.faults.redirect = null;
      await moved.close();
      await other.close();
    });
  });

  describe("queries", () => {
    it("carry every type of value in and back out unchanged", async () => {
      const binds = {
        v: "héllo € 😀",
        n: -12_345.6789,
        d: { type: oracledb.DB_TYPE_DATE, val: new Date(2026, 10, 22, 13, 45, 59) },
        ts: { type: oracledb.DB_TYPE_TIMESTAMP, val: new Date(2026, 0, 2, 3, 4, 5, 678) },
        r: Buffer.from("beef", "hex"),
        nil: null,
      };
      const sql = "select /* echo */ :v, ':not', :n, :d, :ts, :r, :nil from dual -- :nor";
      const result = await connection.execute<unknown[]>(sql, binds);
      expect(result.metaData?.map((column) => column.dbTypeName)).toEqual([
        "VARCHAR2",
        "NUMBER",
        "DATE",
        "TIMESTAMP",
        "RAW",
        "VARCHAR2",
      ]);
      expect(result.rows).toEqual([[binds.v, binds.n, binds.d.val, binds.ts.val, binds.r, null]]);
      const kinds = [...engine.last.binds].map(([name, bind]) => [name, bind.type]);
      expect(Object.fromEntries(kinds)).toEqual({
        V: "text",
        N: "number",
        D: "date",
        TS: "timestamp",
        R: "raw",
        NIL: "text",
      });
    });

    it("carry an instant that JavaScript binds by default", async () => {
      const instant = new Date("2026-03-04T05:06:07.089Z");
      await connection.execute("select /* echo */ :ts from dual", [instant]);
      expect([engine.last.binds.get("TS")?.type, bound(engine.last, "TS")]).toEqual(["timestamp", instant]);
    });

    it("keep every digit of a NUMBER", async () => {
      const list = "0 1 -1 100 1e20 -0.05 0.5 99.99 -1000 3.14159 1e-30 -123456789012345678901234567890.1234567";
      const options = { fetchInfo: { N: { type: oracledb.STRING } } };
      const result = await connection.execute<string[]>("select /* numbers */ :list from dual", [list], options);
      expect(result.rows?.flat().map(Number)).toEqual(list.split(" ").map(Number));
      expect(result.rows?.at(-1)).toEqual([list.split(" ").at(-1)]);
    });

    it.each([
      { rows: 0, options: {} },
      { rows: 2, options: {} },
      { rows: 5, options: { prefetchRows: 0 } },
      { rows: 3000, options: {} },
      { rows: 3000, options: { fetchArraySize: 1000, prefetchRows: 1001 } },
    ])("bring $rows rows with $options", async ({ rows, options }) => {
      for (const _time of [1, 2]) {
        const result = await connection.execute<[number, string]>("select /* many */ :n from t", [rows], options);
        expect(result.rows?.map(([id]) => id)).toEqual(Array.from({ length: rows }, (_, index) => index + 1));
      }
    });

    it("stream through a result set", async () => {
      const result = await connection.execute("select /* many */ :n from t", [250], { resultSet: true });
      let count = 0;
      while ((await result.resultSet?.getRow()) !== undefined) count += 1;
      expect(count).toBe(250);
      await result.resultSet?.close();
    });

    it("bring a column of 32,767 bytes", async () => {
      const result = await connection.execute<string[]>("select /* wide */ 1 from t");
      expect(result.rows?.[0]?.[0]?.length).toBe(32_767);
    });

    it("bring CLOB columns as text and as locators, run twice", async () => {
      const wanted = ["small", "ž😀".repeat(30_000), null];
      for (const _time of [1, 2]) {
        const options = { fetchInfo: { C: { type: oracledb.STRING } } };
        const texts = await connection.execute<[number, string]>("select /* clobs */ 1 from t", [], options);
        expect(texts.rows?.map((row) => row[1])).toEqual(wanted);
        const lobs = await connection.execute<[number, oracledb.Lob]>("select /* clobs */ 2 from t");
        expect(await lobs.rows?.[1]?.[1].getData()).toBe(wanted[1]);
      }
    });
  });

  describe("blocks", () => {
    const out = (type: number | oracledb.DbType, maxSize?: number) =>
      maxSize === undefined ? { dir: oracledb.BIND_OUT, type } : { dir: oracledb.BIND_OUT, type, maxSize };

    it("take IN and give OUT and IN OUT values, again and again", async () => {
      const sql = `begin /* copy */ pkg.p(:a, q'[:nope]', :b, :res, :cnt, :a); end;`;
      for (const [index, a] of ["x", "y", null].entries()) {
        const cnt = { dir: oracledb.BIND_INOUT, type: oracledb.NUMBER, val: 40 + index };
        const result = await connection.execute(sql, { a, b: index + 0.5, res: out(oracledb.STRING, 200), cnt });
        expect(result.outBinds).toEqual({ res: `${a}-${index + 0.5}`, cnt: 41 + index });
      }
      expect([...engine.last.binds.keys()]).toEqual(["A", "B", "RES", "CNT"]);
    });

    it("leave an OUT bind null that nothing was assigned to", async () => {
      const result = await connection.execute("begin /* nothing */ :a := null; end;", { a: out(oracledb.STRING, 10) });
      expect(result.outBinds).toEqual({ a: null });
    });

    it("carry 32,767 bytes in, and out", async () => {
      const sql = "begin /* length */ :n := length(:t); end;";
      const big = await connection.execute(sql, { t: "i".repeat(32_767), n: out(oracledb.NUMBER) });
      expect(big.outBinds).toEqual({ n: 32_767 });
      const fill = "begin /* fill */ :t := lpad(:n); end;";
      const long = await connection.execute<{ t: string }>(fill, { t: out(oracledb.STRING, 32_767), n: 16_383 });
      expect(long.outBinds?.t).toBe("é".repeat(16_383));
    });

    it("fail where an OUT value is longer than its bind", async () => {
      const attempt = connection.execute("begin /* fill */ :t := lpad(:n); end;", {
        t: out(oracledb.STRING, 100),
        n: 101,
      });
      expect((await failure(attempt)).errorNum).toBe(6502);
    });

    it("carry CLOBs in and out, whole and in pieces, and let the client drop one", async () => {
      const sql = "begin /* clob */ p(:c); end;";
      const text = "q😀".repeat(40_000);
      const c = { dir: oracledb.BIND_INOUT, type: oracledb.CLOB, val: text };
      const result = await connection.execute<{ c: oracledb.Lob }>(sql, { c });
      expect(bound(engine.last, "C")).toBe(text);
      const answer = `got ${text.length} ${"k😀".repeat(20_000)}`;
      expect(await result.outBinds?.c.getData()).toBe(answer);
      let pieces = "";
      const lob = (await connection.execute<{ c: oracledb.Lob }>(sql, { c })).outBinds?.c;
      lob?.setEncoding("utf8");
      for await (const piece of lob ?? []) pieces += String(piece);
      expect(pieces).toBe(answer);
      const temporary = await connection.createLob(oracledb.CLOB);
      await temporary.close();
      await connection.ping();
    });

    it("see the module, action and client that the session was given", async () => {
      connection.module = "seedbed";
      connection.action = "export";
      connection.clientId = "run 7";
      connection.currentSchema = "HR";
      await connection.execute("begin /* nothing */ null; end;");
      const { session } = engine.last;
      expect([session.user, session.service, session.module, session.action]).toEqual([
        "SCOTT",
        SERVICE,
        "seedbed",
        "export",
      ]);
      expect(Object.fromEntries(session.state)).toEqual({ CLIENT_IDENTIFIER: "run 7", CURRENT_SCHEMA: "HR" });
      connection.action = "";
      await connection.execute("begin /* nothing */ null; end;");
      expect(session.action).toBe("");
    });
  });

  describe("errors", () => {
    it("arrive with their number and the whole stack", async () => {
      const error = await failure(connection.execute("begin /* boom */ null; end;"));
      expect([error.errorNum, error.code]).toEqual([39_002, "ORA-39002"]);
      expect(error.message.startsWith(BOOM.join("\n"))).toBe(true);
    });

    it("arrive with their position in the text, and leave the session usable", async () => {
      for (const _time of [1, 2]) {
        const error = await failure(connection.execute("select /* missing */ 1 from no_such"));
        expect([error.errorNum, error.offset]).toEqual([942, 14]);
        expect((await failure(connection.execute("insert /* duplicate */ into t values (1)"))).errorNum).toBe(1);
        await connection.ping();
      }
    });

    it.each([
      { what: "an unknown statement", sql: "select /* unknown */ 1 from dual", binds: [], code: 900 },
      { what: "an array", sql: "begin /* nothing */ p(:a); end;", binds: [ARRAY], code: 3001 },
      { what: "two values for one name", sql: "select /* echo */ :v, :v from dual", binds: ["a", "b"], code: 3001 },
    ])("come for $what", async ({ sql, binds, code }) => {
      expect((await failure(connection.execute(sql, binds))).errorNum).toBe(code);
      await connection.ping();
    });

    it("come for a batch, which the server cannot run", async () => {
      const attempt = connection.executeMany("insert /* insert */ into t values (:1)", [["a"], ["b"]]);
      expect((await failure(attempt)).errorNum).toBe(3001);
      expect(engine.calls).toEqual([]);
    });

    it("come for an engine that breaks its contract, and are kept", async () => {
      const other = new MemoryEngine();
      const broken = await startTnsServer({ engine: other, ...setting });
      const session = await oracledb.getConnection({ ...SCOTT, connectString: `127.0.0.1:${broken.port}/${SERVICE}` });
      expect((await failure(session.execute("begin /* broken */ null; end;"))).errorNum).toBe(600);
      expect(String(broken.failures[0])).toContain("the engine answered a block with rows");
      await session.close();
      await broken.close();
    });
  });

  describe("transactions", () => {
    const insert = (options = {}) =>
      connection.execute("insert /* insert */ into t values (:1, :2)", [1, "x"], options);

    it("count rows and end by commit, rollback, autocommit and DDL", async () => {
      expect((await insert()).rowsAffected).toBe(3);
      expect(connection.transactionInProgress).toBe(true);
      await connection.commit();
      expect(connection.transactionInProgress).toBe(false);
      await insert();
      await connection.rollback();
      expect(connection.transactionInProgress).toBe(false);
      await insert({ autoCommit: true });
      expect(connection.transactionInProgress).toBe(false);
      await insert();
      await connection.execute("alter session /* ddl */ set nls_language = american");
      expect(connection.transactionInProgress).toBe(true);
      await connection.execute("create /* ddl */ table t (a number)");
      expect(connection.transactionInProgress).toBe(false);
    });
  });

  describe("breaks", () => {
    it("end a call at its timeout, and the session goes on", async () => {
      const { breaks } = server.counters;
      const aborted = engine.aborted;
      connection.callTimeout = 150;
      const error = await failure(connection.execute("begin /* sleep */ null; end;"));
      connection.callTimeout = 0;
      expect(error.code).toBe("NJS-123");
      expect([server.counters.breaks, engine.aborted]).toEqual([breaks + 1, aborted + 1]);
      const result = await connection.execute("select /* many */ :n from t", [11]);
      expect(result.rows?.length).toBe(11);
    });

    it("end a call by hand with ORA-01013", async () => {
      const pending = failure(connection.execute("begin /* sleep */ null; end;"));
      while (engine.calls.length === 0) await sleep(5);
      await connection.break();
      expect((await pending).errorNum).toBe(1013);
      await connection.ping();
    });

    it("may race with the end of a call: its result or ORA-01013, and never a stream out of step", async () => {
      for (let round = 0; round < 30; round += 1) {
        const result = connection.execute("select /* many */ :n from t", [50]).then(
          ({ rows }) => rows?.length,
          (error: oracledb.DBError) => error.errorNum,
        );
        if (round % 3 > 0) await sleep(round % 4);
        await connection.break();
        expect([50, 1013]).toContain(await result);
        const ping = await connection.ping().then(
          () => 0,
          (error: oracledb.DBError) => error.errorNum,
        );
        expect([0, 1013]).toContain(ping);
      }
      await connection.ping();
    });
  });

  describe("many sessions", () => {
    it("work side by side and end one by one", async () => {
      const before = server.counters.sessions;
      const ended = engine.endedSessions.length;
      const sessions = await Promise.all(Array.from({ length: 8 }, () => connect()));
      expect(server.counters.sessions).toBe(before + 8);
      const work = sessions.map(async (session, index) => {
        for (let round = 0; round < 5; round += 1) {
          const result = await session.execute("select /* many */ :n from t", [100 + index]);
          expect(result.rows?.length).toBe(100 + index);
        }
        await session.close();
      });
      await Promise.all(work);
      expect([server.counters.sessions, engine.endedSessions.length]).toEqual([before, ended + 8]);
    });

    it("end when they are closed, and their sockets with them", async () => {
      const other = await startTnsServer({ engine: new MemoryEngine(), ...setting });
      const connectString = `127.0.0.1:${other.port}/${SERVICE}`;
      const session = await oracledb.getConnection({ ...SCOTT, connectString });
      expect(other.counters).toMatchObject({ sessions: 1, connections: 1 });
      await session.close();
      expect(other.counters.sessions).toBe(0);
      while (other.counters.connections > 0) await sleep(1);
      await other.close();
      expect(other.failures).toEqual([]);
    });

    it("come from a pool", async () => {
      const connectString = `127.0.0.1:${server.port}/${SERVICE}`;
      const pool = await oracledb.createPool({ ...SCOTT, connectString, poolMin: 1, poolMax: 3 });
      const session = await pool.getConnection();
      const pooled = server.counters.sessions;
      await session.execute("begin /* nothing */ null; end;");
      await session.close();
      expect(server.counters.sessions).toBe(pooled);
      await pool.close(0);
      expect(server.counters.sessions).toBe(pooled - 1);
    });

    it("are lost with the instance: the call ends, the engine hears of it", async () => {
      const other = new MemoryEngine();
      const dying = await startTnsServer({ engine: other, ...setting });
      const session = await oracledb.getConnection({ ...SCOTT, connectString: `127.0.0.1:${dying.port}/${SERVICE}` });
      const pending = failure(session.execute("begin /* sleep */ null; end;"));
      while (other.calls.length === 0) await sleep(5);
      dying.killSessions();
      expect((await pending).code).toBe("NJS-500");
      expect(session.isHealthy()).toBe(false);
      await dying.close();
      expect([other.aborted, other.endedSessions.length, dying.counters.sessions]).toEqual([1, 1, 0]);
      expect(dying.failures).toEqual([]);
    });
  });
});
