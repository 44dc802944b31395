import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { startTnsServer } from "../../world/oracle/tns/server.ts";
import { BOOM, MemoryEngine, SCOTT, SERVICE } from "./memory-engine.ts";
import { needsPythonDriver } from "./need-python.ts";
import { SETTINGS } from "./settings.ts";

const CLIENT = join(import.meta.dirname, "client.py");

describe.skipIf(!needsPythonDriver()).each(SETTINGS)("python-oracledb against $label", (setting) => {
  it("finds what node-oracledb finds, by code of its own", async () => {
    const engine = new MemoryEngine();
    const server = await startTnsServer({ engine, ...setting });
    const input = JSON.stringify({ ...SCOTT, port: server.port, service: SERVICE });
    const { stdout } = await execa("python3", [CLIENT], { input, timeout: 300_000 });
    const { driver, missing, boom, timeout, cancelled, ...found } = JSON.parse(stdout);
    expect(driver).toMatch(/^\d+\.\d+\.\d+/);
    expect(found).toEqual({
      thin: true,
      wrong_password: expect.stringContaining("ORA-01017"),
      unknown_user: expect.stringContaining("ORA-01017"),
      locked: expect.stringContaining("ORA-28000"),
      unknown_service: expect.stringContaining("DPY-6001"),
      version: setting.flavor === "23ai" ? "23.26.1.0.0" : "19.25.0.0.0",
      types: [true, true, true, true, true],
      rows: [3000, true],
      clobs: true,
      clob_texts: true,
      out: [0, 1, 2].map((index) => [`x-${index}`, 41 + index]),
      long_out: true,
      long_in: true,
      clob_out: true,
      inserted: [3, true],
      committed: false,
      after_timeout: 11,
      after_cancel: 12,
    });
    expect(missing).toMatchObject({ code: "ORA-00942", offset: 14 });
    expect(boom.code).toBe("ORA-39002");
    expect(boom.message.startsWith(BOOM.join("\n"))).toBe(true);
    expect([timeout.code, cancelled.code]).toEqual(["DPY-4024", "ORA-01013"]);
    expect(engine.last.session.module).toBe("seedbed");
    // The client has ended; that its connections have too the server may read a moment later.
    await expect.poll(() => server.counters.sessions).toBe(0);
    expect(server.counters).toMatchObject({ logons: { ok: 1, refused: 3 }, breaks: 2 });
    expect(server.failures).toEqual([]);
    await server.close();
  });
});
