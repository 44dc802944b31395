import { createCipheriv, createDecipheriv, createHash, pbkdf2Sync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import oracledb from "oracledb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OraError } from "../../world/oracle/engine.ts";
import { Breaks } from "../../world/oracle/tns/breaks.ts";
import { renderEndOfCall } from "../../world/oracle/tns/conversation.ts";
import { type Cursor, renderFetch } from "../../world/oracle/tns/cursor.ts";
import { RELEASES } from "../../world/oracle/tns/flavor.ts";
import { renderAccept } from "../../world/oracle/tns/listener.ts";
import { Lobs } from "../../world/oracle/tns/lobs.ts";
import { renderProtocol } from "../../world/oracle/tns/negotiation.ts";
import { MARKER, PACKET } from "../../world/oracle/tns/protocol.ts";
import { PasswordExchange } from "../../world/oracle/tns/verifier.ts";
import { type TnsServer, startTnsServer } from "../../world/oracle/tns/server.ts";
import { Reader } from "../../world/oracle/tns/wire/reader.ts";
import { MemoryEngine, SCOTT, SERVICE } from "./memory-engine.ts";
import { SETTINGS } from "./settings.ts";
import { startTunnel } from "./tunnel.ts";

/** Rules that other clients of this protocol insist on and that node-oracledb does not check. */

describe("ACCEPT", () => {
  it.each([
    { flavor: "23ai", wanted: 319, version: 319, size: 61 },
    { flavor: "23ai", wanted: 320, version: 319, size: 61 },
    { flavor: "23ai", wanted: 318, version: 318, size: 45 },
    { flavor: "19c", wanted: 319, version: 318, size: 45 },
    { flavor: "19c", wanted: 317, version: 317, size: 41 },
    { flavor: "19c", wanted: 314, version: 314, size: 32 },
  ] as const)("of $flavor to a client of $wanted has version $version and $size bytes", (row) => {
    const { version, body } = renderAccept(RELEASES[row.flavor], row.wanted, 8192);
    expect([version, body.readUInt16BE(0), body.length + 8, body.readUInt16BE(12)]).toEqual([
      row.version,
      row.version,
      row.size,
      row.size,
    ]);
  });
});

describe("the capabilities", () => {
  it("are a real server's, with the field version of the flavor", () => {
    const reader = new Reader(renderProtocol(24));
    reader.skip(3);
    while (reader.u8() !== 0);
    reader.skip(5);
    reader.skip(reader.u16());
    const compile = reader.data() ?? Buffer.alloc(0);
    const [callStatus, sequence, wideTypes] = [15, 16, 27].map((index) => (compile[index] ?? 0) & 1);
    expect([compile.length, compile[7], callStatus, sequence, wideTypes]).toEqual([53, 24, 1, 1, 1]);
  });
});

describe("the password exchange", () => {
  /** The client's side, from the published descriptions of the 12c verifier. */
  function answer(challenge: Record<string, string>, password: string) {
    const given = (key: string) => Buffer.from(challenge[key] ?? "", "hex");
    const iv = Buffer.alloc(16);
    const salt = given("AUTH_VFR_DATA");
    const seed = Buffer.concat([salt, Buffer.from("AUTH_PBKDF2_SPEEDY_KEY")]);
    const speedy = pbkdf2Sync(password, seed, 4096, 64, "sha512");
    const hash = createHash("sha512").update(speedy).update(salt).digest().subarray(0, 32);
    const own = randomBytes(32);
    const serverKey = createDecipheriv("aes-256-cbc", hash, iv).setAutoPadding(false).update(given("AUTH_SESSKEY"));
    const sessionKey = createCipheriv("aes-256-cbc", hash, iv).setAutoPadding(false).update(own);
    const mixed = Buffer.concat([own, serverKey]).toString("hex").toUpperCase();
    const key = pbkdf2Sync(mixed, given("AUTH_PBKDF2_CSK_SALT"), 3, 32, "sha512");
    const cipher = createCipheriv("aes-256-cbc", key, iv);
    const sent = Buffer.concat([cipher.update(randomBytes(16)), cipher.update(password), cipher.final()]);
    const decrypt = (proof: string) => {
      const decipher = createDecipheriv("aes-256-cbc", key, iv);
      return Buffer.concat([decipher.update(proof, "hex"), decipher.final()]);
    };
    return { sessionKey: sessionKey.toString("hex"), password: sent.toString("hex"), decrypt };
  }

  it("ends in a proof of three blocks, the last of them padding", () => {
    const exchange = new PasswordExchange("tiger");
    const client = answer(exchange.challenge(), "tiger");
    const proof = exchange.verify(client.sessionKey, client.password) ?? "";
    expect(proof.length / 2).toBe(48);
    expect(client.decrypt(proof).subarray(16).toString()).toBe("SERVER_TO_CLIENT");
  });

  it.each(["", "Tiger", "tiger ", "x".repeat(40)])("does not take %j for the password", (wrong) => {
    const exchange = new PasswordExchange("tiger");
    const client = answer(exchange.challenge(), wrong);
    expect(exchange.verify(client.sessionKey, client.password)).toBeNull();
    const unknown = new PasswordExchange(null);
    const other = answer(unknown.challenge(), wrong);
    expect(unknown.verify(other.sessionKey, other.password)).toBeNull();
  });

  it("names as many rounds as a real server", () => {
    const { AUTH_PBKDF2_VGEN_COUNT: generation, AUTH_PBKDF2_SDER_COUNT: derivation } = new PasswordExchange(
      "x",
    ).challenge();
    expect([generation, derivation]).toEqual(["4096", "3"]);
  });

  it("shows nothing that tells an unknown user from a wrong password", () => {
    const lengths = (challenge: Record<string, string>) =>
      Object.entries(challenge).map(([key, { length }]) => [key, length]);
    expect(lengths(new PasswordExchange(null).challenge())).toEqual(lengths(new PasswordExchange("x").challenge()));
  });
});

describe("the end of a call", () => {
  it("echoes the request's sequence number", () => {
    const end = { error: new OraError(1, ["ORA-00001: x"], 4), cursor: 3, rows: 2 };
    const reader = new Reader(renderEndOfCall({ fieldVersion: 12, sequence: 77, inTransaction: true }, end));
    expect([reader.u8(), reader.ub(), reader.ub(), reader.ub(), reader.ub()]).toEqual([4, 2, 0, 2, 1]);
    reader.skipUbs(2);
    expect([reader.ub(), reader.ub()]).toEqual([3, 4]);
    reader.skip(6 + 5);
    reader.ub();
    reader.u8();
    expect(reader.u8()).toBe(77);
  });
});

describe("a query's last row", () => {
  it("ends the fetching: what comes after it is out of sequence", () => {
    const place = { conversation: { fieldVersion: 12, sequence: 1, inTransaction: false }, lobs: new Lobs() };
    const columns = [{ name: "A", type: "number" as const }];
    const result = { columns, rows: [[1], [2]], sent: 0, asText: new Set<number>() };
    const cursor: Cursor = { id: 1, sql: "", kind: "query", binds: [], opened: true, result };
    renderFetch(cursor, 1, place);
    expect(cursor.result?.sent).toBe(1);
    renderFetch(cursor, 1, place);
    expect(() => renderFetch(cursor, 1, place)).toThrow("ORA-01002");
  });
});

describe("packets", () => {
  it.each(SETTINGS)(
    "are never longer than the SDU, and errors have markers where they should, $label",
    async (setting) => {
      const server = await startTnsServer({ engine: new MemoryEngine(), ...setting });
      const tunnel = await startTunnel(server.port);
      const session = await oracledb.getConnection({ ...SCOTT, connectString: `127.0.0.1:${tunnel.port}/${SERVICE}` });
      await session.execute("select /* many */ :n from t", [100]);
      await expect(session.execute("begin /* boom */ null; end;")).rejects.toThrow("ORA-39002");
      await session.close();
      await tunnel.stop();
      await server.close();
      const bytes = tunnel.received();
      const accept = bytes.readUInt16BE(0);
      const lengths: number[] = [];
      const markers: number[] = [];
      for (let start = accept; start < bytes.length; start += bytes.readUInt32BE(start)) {
        lengths.push(bytes.readUInt32BE(start));
        if (bytes.readUInt8(start + 4) === PACKET.marker) markers.push(bytes.readUInt8(start + 10));
      }
      expect(markers).toEqual(setting.markErrors === true ? [MARKER.break, MARKER.reset] : []);
      expect(lengths.length).toBeGreaterThan(3);
      expect(Math.max(...lengths)).toBeLessThanOrEqual(setting.sdu ?? 8192);
    },
  );
});

describe("break and reset", () => {
  const BREAK = "marker 1";
  const RESET = "marker 2";
  let sent: string[];
  let breaks: Breaks;
  const answer = (text: string) => () => Buffer.from(text);

  beforeEach(() => {
    sent = [];
    breaks = new Breaks({
      delayMs: 10,
      sendMarker: (kind) => sent.push(`marker ${kind}`),
      sendAnswer: (payload) => sent.push(payload.toString()),
    });
  });
  afterEach(() => breaks.stop());

  it("wait a moment before BREAK, then for the client", async () => {
    breaks.interrupt(answer("1013"));
    expect([sent, breaks.resetDue]).toEqual([[], true]);
    while (sent.length === 0) await sleep(1);
    breaks.reset();
    expect([sent, breaks.resetDue]).toEqual([[BREAK, RESET, "1013"], false]);
  });

  it("do not answer a reset that is sent twice", () => {
    breaks.announce(Buffer.from("1"));
    breaks.reset();
    breaks.reset();
    expect(sent).toEqual([BREAK, RESET, "1"]);
  });

  it("let a client's early reset have its BREAK first, and only once", async () => {
    breaks.interrupt(answer("1013"));
    breaks.reset();
    await sleep(30);
    expect(sent).toEqual([BREAK, RESET, "1013"]);
  });

  it("keep the error that was announced when an interrupt comes behind it", async () => {
    breaks.announce(Buffer.from("942"));
    breaks.interrupt(answer("1013"));
    breaks.reset();
    await sleep(30);
    expect(sent).toEqual([BREAK, RESET, "942"]);
  });
});

describe("a client that breaks the protocol", () => {
  let server: TnsServer;
  const CONNECT_DATA = `(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=${SERVICE})))`;

  beforeEach(async () => {
    server = await startTnsServer({ engine: new MemoryEngine() });
  });
  afterEach(() => server.close());

  function connectPacket(): Buffer {
    const packet = Buffer.alloc(74 + CONNECT_DATA.length);
    packet.writeUInt16BE(packet.length, 0);
    packet.writeUInt8(1, 4);
    packet.writeUInt16BE(319, 8);
    packet.writeUInt16BE(CONNECT_DATA.length, 24);
    packet.writeUInt16BE(74, 26);
    packet.write(CONNECT_DATA, 74);
    return packet;
  }

  function dataPacket(...message: number[]): Buffer {
    const packet = Buffer.from([0, 0, 0, 10 + message.length, 6, 0, 0, 0, 0x08, 0, ...message]);
    return packet;
  }

  it.each([
    {
      what: "an impossible packet length",
      packets: [Buffer.from([0, 1, 0, 0, 6, 0, 0, 0])],
      reason: "packet of 1 bytes",
    },
    { what: "an unknown packet", packets: [Buffer.from([0, 8, 0, 0, 99, 0, 0, 0])], reason: "packet type 99" },
    { what: "an unknown message", packets: [connectPacket(), dataPacket(200)], reason: "message 200" },
    {
      what: "more than a message",
      packets: [connectPacket(), dataPacket(1, 6, 0, 0x41, 0, 99)],
      reason: "1 bytes after the end of a request",
    },
    { what: "half a message", packets: [connectPacket(), dataPacket(3)], reason: "need 1 bytes" },
    {
      what: "a call without a logon",
      packets: [connectPacket(), dataPacket(3, 147, 1, 0)],
      reason: "before the logon",
    },
  ])("loses its connection, and the server says why: $what", async ({ packets, reason }) => {
    const client = connect(server.port, "127.0.0.1");
    client.on("error", () => undefined);
    client.resume();
    for (const packet of packets) client.write(packet);
    await once(client, "close");
    expect(String(server.failures)).toContain(reason);
    expect(server.counters).toMatchObject({ sessions: 0, calls: 0 });
  });
});
