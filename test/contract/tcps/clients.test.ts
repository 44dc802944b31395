import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RunningContainer } from "../../container/running-container.ts";
import { sampleApply } from "../../container/samples.ts";
import { buildSeededRoot, putConfigMap, putSecret, putWholeSecret } from "../../container/seeded-root.ts";
import { needs } from "../../need.ts";
import { Authority, fingerprintOf, type TlsSecret } from "../../world/certificates.ts";
import { startTnsServer, type TnsServer } from "../../world/oracle/tns/server.ts";
import { MemoryEngine, SCOTT, SERVICE } from "../oracle-driver/memory-engine.ts";
import { needsPythonDriver } from "../oracle-driver/need-python.ts";

// On this machine the last is the only name that leads to the listener.
const NAMES = ["oracle.seedbed-hr.svc", "oracle.seedbed-hr.svc.cluster.local", "localhost"];

/**
 * The container's own steps up to an open database, whose listener hands sessions to a server that thin drivers take for a database.
 * python-oracledb reads an authority from the ewallet.pem of `wallet_location` (https://python-oracledb.readthedocs.io, "Connecting
 * using TLS"); both drivers refuse a server whose certificate has another name than the one they asked for.
 */
describe.skipIf(!needs("openssl"))("a database over TLS, for a client that knows its authority:", () => {
  const engine = new MemoryEngine();
  let authority: Authority;
  let server: TnsServer;
  let root: string;
  let container: RunningContainer;
  let secret: TlsSecret;

  beforeAll(async () => {
    authority = new Authority();
    secret = authority.issue(NAMES);
    server = await startTnsServer({ engine });
    root = await mkdtemp(join(tmpdir(), "seedbed-tcps-"));
    const path = await buildSeededRoot(root, { profile: "ee-19c" });
    await writeFile(join(root, ".world/listener.json"), JSON.stringify({ port: 0, server: server.port }));
    await putConfigMap(root, "apply", sampleApply({}, "oracle-tls"));
    await putSecret(root, "hr-app/password", "Oracle_secret1");
    await putWholeSecret(root, "oracle-tls", secret);
    container = new RunningContainer(root, path);
    await container.sees(/phase=open event=done/);
  });

  afterAll(async () => {
    await container.kill();
    await server.close();
    authority.remove();
    await rm(root, { recursive: true, force: true });
  });

  const port = () => Number(/PORT=(\d+)/.exec(readFileSync(join(root, "dev/shm/listener.endpoints"), "utf8"))![1]);

  it("openssl's, which verifies the certificate of the Secret for each name of it", () => {
    for (const name of NAMES) {
      const asked = ["-connect", `127.0.0.1:${port()}`, "-CAfile", authority.certificate, "-verify_hostname", name];
      const { stdout } = spawnSync("openssl", ["s_client", "-verify_return_error", ...asked], {
        input: "",
        encoding: "utf8",
      });
      expect(stdout).toContain("Verify return code: 0 (ok)");
      const [pem = ""] = /-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/.exec(stdout) ?? [];
      expect(fingerprintOf(pem)).toBe(fingerprintOf(secret["tls.crt"]));
    }
  });

  /** What a client in a process of its own finds; it knows the authority of a file by `env` or `wallet`. */
  const ask = async (program: string[], env: Record<string, string> = {}, wallet = "") => {
    const [file = "", ...args] = program;
    const input = JSON.stringify({ ...SCOTT, port: port(), service: SERVICE, wallet });
    const { stdout } = await execa(file, args, { input, env, timeout: 60_000 });
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const client = (name: string): string => join(import.meta.dirname, name);

  it("node-oracledb, which logs on and asks, and refuses another name and another authority", async () => {
    const before = server.counters.logons.ok;
    const node = [process.execPath, client("client.ts")];
    const found = await ask(node, { NODE_EXTRA_CA_CERTS: authority.certificate });
    expect(found).toEqual({ thin: true, rows: 3, other_name: expect.stringContaining("NJS-") });
    expect(server.counters.logons.ok).toBe(before + 1);

    const other = new Authority();
    const strange = await ask(node, { NODE_EXTRA_CA_CERTS: other.certificate });
    other.remove();
    expect(strange).toMatchObject({ refused: expect.stringMatching(/NJS-.*certificate/s) });
    expect(server.counters.logons.ok).toBe(before + 1);
  });

  it.skipIf(!needsPythonDriver())("python-oracledb, by code of its own", async () => {
    const before = server.counters.logons.ok;
    await writeFile(join(authority.folder, "ewallet.pem"), secret["ca.crt"]);
    const found = await ask(["python3", client("client.py")], {}, authority.folder);
    expect(found).toEqual({ thin: true, rows: 3, other_name: expect.stringContaining("DPY-") });
    expect(server.counters.logons.ok).toBe(before + 1);
  });

  it("none, whose words go on to the server, where the database has not registered its services", async () => {
    await rm(join(root, "dev/shm/listener.services"));
    const node = [process.execPath, client("client.ts")];
    const found = await ask(node, { NODE_EXTRA_CA_CERTS: authority.certificate });
    expect(found).toMatchObject({ refused: expect.stringContaining("NJS-518") });
  });
});
