import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Authority, fingerprintOf, type TlsSecret } from "../world/certificates.ts";
import { servicesAreRegistered } from "../world/image/database/registration.ts";
import { filesBelow } from "./files-below.ts";
import { readRefused, RunningContainer } from "./running-container.ts";
import { sampleApply } from "./samples.ts";
import { buildSeededRoot, putConfigMap, putSecret, putWholeSecret, recreateContainer } from "./seeded-root.ts";

const NAMES = ["oracle.seedbed-hr.svc", "oracle.seedbed-hr"];
const CONFIG = "opt/oracle/oradata/dbconfig/FREE";

let authority: Authority;
let root: string;
let path: string;
let container: RunningContainer | null = null;

beforeAll(() => {
  authority = new Authority();
});
afterAll(() => authority.remove());

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "seedbed-tls-"));
  path = await buildSeededRoot(root, { profile: "free-26ai" });
  await putConfigMap(root, "apply", sampleApply({}, "oracle-tls"));
  await putSecret(root, "hr-app/password", "Oracle_secret1");
  await listenerIs({});
});

afterEach(async () => {
  await container?.kill();
  container = null;
  await rm(root, { recursive: true, force: true });
});

/** Any free port stands for the container's 2484. */
async function listenerIs(world: object): Promise<void> {
  await writeFile(join(root, ".world/listener.json"), JSON.stringify({ port: 0, ...world }));
}

async function started(pattern: RegExp, start = 1): Promise<RunningContainer> {
  container = new RunningContainer(root, path, start);
  await container.sees(pattern);
  return container;
}

const put = (secret: Partial<TlsSecret>) => putWholeSecret(root, "oracle-tls", secret);

const ENDPOINTS = () => join(root, "dev/shm/listener.endpoints");

/** What openssl's client says of the listener: its verdict on the certificate for a name, and the certificate. */
function handshake(name = NAMES[0]!): { verdict: string; fingerprint: string } {
  const port = /PORT=(\d+)/.exec(readFileSync(ENDPOINTS(), "utf8"))![1]!;
  const asked = ["-connect", `127.0.0.1:${port}`, "-CAfile", authority.certificate, "-verify_hostname", name];
  const { stdout } = spawnSync("openssl", ["s_client", ...asked], { input: "", encoding: "utf8" });
  const [pem = ""] = /-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/.exec(stdout) ?? [];
  return { verdict: /Verify return code: .*/.exec(stdout)?.[0] ?? "none", fingerprint: pem && fingerprintOf(pem) };
}

/** Whether the request's account gets in by the listener's plain port. */
function connectsPlainly(): boolean {
  const home = join(root, "opt/oracle/product/26ai/dbhomeFree");
  const said = spawnSync("sqlplus", ["-L", "-S", "/nolog"], {
    env: { PATH: path, SEEDBED_ROOT: root, ORACLE_HOME: home },
    input: `CONNECT APP/"Oracle_secret1"@//localhost:1521/FREEPDB1\nSELECT 'in ' || USER FROM dual;\nEXIT\n`,
    encoding: "utf8",
  });
  return said.stdout.includes("in APP");
}

const readNet = (name: string) => readFile(join(root, CONFIG, name), "utf8");
const OWN = "LISTENER=(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=0.0.0.0)(PORT=1521)))\n";
const sound = (secret: TlsSecret) => ({
  verdict: "Verify return code: 0 (ok)",
  fingerprint: fingerprintOf(secret["tls.crt"]),
});

describe("a database with a certificate", () => {
  test("serves it to a client that verifies it, beside the plain port, and keeps no key on its volume", async () => {
    const secret = authority.issue(NAMES);
    await put(secret);
    const first = await started(/phase=open event=done/);
    expect(handshake()).toEqual(sound(secret));
    expect(handshake("oracle.other.svc").verdict).toContain("hostname mismatch");
    expect(connectsPlainly()).toBe(true);
    expect(readRefused(root)).toEqual([]);
    const line = secret["tls.key"].split("\n")[3]!;
    expect(first.output).not.toContain(line);
    for (const { path: file, bytes } of await filesBelow(join(root, "opt/oracle/oradata")))
      expect(bytes.includes(line), file).toBe(false);
    for (const { path: file } of await filesBelow(join(root, "dev/shm/seedbed/tls")))
      expect(statSync(file).mode & 0o077, file).toBe(0);
    expect(await first.stop()).toBe(143);

    path = await recreateContainer(root, { profile: "free-26ai" });
    const second = await started(/phase=open event=skip/, 2);
    expect(handshake()).toEqual(sound(secret));
    expect(connectsPlainly()).toBe(true);
    expect(await second.stop()).toBe(143);

    await putConfigMap(root, "apply", sampleApply());
    path = await recreateContainer(root, { profile: "free-26ai" });
    await started(/phase=open event=done/, 3);
    expect(await readNet("listener.ora")).toBe(OWN);
    expect(await readNet("sqlnet.ora")).not.toMatch(/seedbed|WALLET/);
    expect(existsSync(ENDPOINTS())).toBe(false);
  });

  test("is served after a kill in the middle of the listener's files, whose wallet is gone", async () => {
    const secret = authority.issue(NAMES);
    await put(secret);
    const first = await started(/phase=configured event=progress .*serving the certificate/);
    await expect.poll(() => readNet("sqlnet.ora"), { interval: 1 }).toContain("WALLET_LOCATION");
    await first.kill();
    path = await recreateContainer(root, { profile: "free-26ai" });
    await started(/phase=open event=done/, 2);
    expect(handshake()).toEqual(sound(secret));
    expect((await readNet("listener.ora")).match(/PROTOCOL = TCPS/g)).toHaveLength(1);
  });

  test("serves a renewed one while it is open, and goes on with the old one when the new one is not sound", async () => {
    const [first, second] = [authority.issue(NAMES), authority.issue(NAMES)];
    await put(first);
    const open = await started(/phase=open event=done/);
    await put({ ...second, "tls.key": first["tls.key"] });
    await open.sees(/event=fail code=tls-refused .*tls\.key is not the key of the certificate/);
    expect(handshake()).toEqual(sound(first));
    await put(second);
    await open.sees(/code=tls-refused[^]*serving the certificate[^]*phase=open event=skip/);
    expect(handshake()).toEqual(sound(second));
    expect(connectsPlainly()).toBe(true);
    expect(open.exitCode).toBeNull();
  });

  test("is not started with another's key: nothing listens, and the next start takes the right one", async () => {
    const [one, other] = [authority.issue(NAMES), authority.issue(NAMES)];
    await put({ ...one, "tls.key": other["tls.key"] });
    container = new RunningContainer(root, path);
    expect(await container.ends()).toBe(86);
    expect(container.output).toMatch(/phase=created event=fail code=tls-refused/);
    expect(existsSync(join(root, "dev/shm/listener.pid"))).toBe(false);
    expect(readFileSync(join(root, "dev/termination-log"), "utf8")).toContain("code=tls-refused");
    await put(one);
    await started(/phase=open event=done/, 2);
    expect(handshake()).toEqual(sound(one));
  });

  test.each([
    ["refuses the wallet at its start", false],
    ["would only tell by a handshake that it cannot read the wallet", true],
  ])("has its image's own listener again where that %s, until the Secret changes", async (_, lateWallet) => {
    await putConfigMap(root, "apply", sampleApply({ on_failure: "hold" }, "oracle-tls"));
    await put(authority.issue(NAMES));
    await listenerIs({ lateWallet });
    const orapki = join(root, "opt/oracle/product/26ai/dbhomeFree/bin/orapki");
    const works = await readFile(orapki);
    await writeFile(orapki, BROKEN_ORAPKI);
    const held = await started(/phase=configured event=fail code=tls-not-served [^]*holding/);
    expect(await readNet("listener.ora")).toBe(OWN);
    expect(existsSync(ENDPOINTS())).toBe(false);
    expect(servicesAreRegistered(root)).toBe(true);
    await writeFile(orapki, works);
    const secret = authority.issue(NAMES);
    await put(secret);
    await held.sees(/phase=open event=done/);
    expect(handshake()).toEqual(sound(secret));
  });
});

/** Says that all went well, and makes no wallet that a listener takes. */
const BROKEN_ORAPKI = '#!/bin/bash\ncat >/dev/null\necho x >"$4/cwallet.sso"\n';

describe("a Secret that cannot be served is told before the base starts:", () => {
  test.each<[string, () => Partial<TlsSecret>, RegExp]>([
    ["no certificate", () => ({ "tls.key": authority.issue(NAMES)["tls.key"] }), /code=tls-missing .*no tls\.crt/],
    ["no key", () => ({ "tls.crt": authority.issue(NAMES)["tls.crt"] }), /code=tls-missing .*no tls\.key/],
    [
      "a text",
      () => ({ ...authority.issue(NAMES), "tls.crt": "hello\n" }),
      /code=tls-refused .*not a certificate in PEM/,
    ],
    ["a key with a passphrase", () => authority.locked(NAMES), /code=tls-refused .*without a passphrase/],
    ["an expired certificate", () => authority.issue(NAMES, { days: -1 }), /code=tls-refused .*has expired/],
  ])("%s", async (_, secret, said) => {
    await put(secret());
    container = new RunningContainer(root, path);
    expect(await container.ends()).toBe(86);
    expect(container.output).toMatch(said);
    expect(container.output).not.toMatch(/PRIVATE KEY/);
  });

  test("no program that makes wallets", async () => {
    await put(authority.issue(NAMES));
    await rm(join(root, "opt/oracle/product/26ai/dbhomeFree/bin/orapki"));
    container = new RunningContainer(root, path);
    expect(await container.ends()).toBe(86);
    expect(container.output).toMatch(/code=tls-not-supported .*no orapki/);
  });
});
