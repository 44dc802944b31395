import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { CANARIES } from "../../world/canaries.ts";
import { pullImage } from "../../world/registry/pull.ts";
import { Chain } from "./chain.ts";
import { expectRefused } from "./expect-refused.ts";

let chain: Chain;
let sound: string;
beforeAll(async () => {
  chain = await Chain.open();
  sound = await chain.git("rev-parse", "HEAD");
});
afterEach(() => chain.restore(sound));
afterAll(() => chain.close());

const PULLER = { SEEDBED_REGISTRY_USERNAME: "puller", SEEDBED_REGISTRY_PASSWORD: CANARIES.pullPassword };

describe("a registry that says no before anything is exported", () => {
  it.each([
    {
      what: "to the login that pushes",
      environment: { SEEDBED_REGISTRY_PASSWORD: "not-the-password-51ab" },
      says: ["registry-login-refused", "dev/hr", "HTTP 401", "SEEDBED_REGISTRY_USERNAME and SEEDBED_REGISTRY_PASSWORD"],
    },
    {
      what: "to the login that pulls the base",
      environment: { SEEDBED_BASE_PASSWORD: "not-the-password-51ab" },
      says: ["registry-login-refused", "base/free", "HTTP 401", "SEEDBED_BASE_USERNAME and SEEDBED_BASE_PASSWORD"],
    },
    {
      what: "to a push by a login that may only pull",
      environment: PULLER,
      says: ["registry-access-denied", "dev/hr", "DENIED", "may not push here", "SEEDBED_REGISTRY_USERNAME"],
    },
    {
      what: "to a pull of the base by a login that may pull others only",
      base: "dev/free",
      environment: {},
      says: ["registry-access-denied", "dev/free", "DENIED", "may not pull here", "SEEDBED_BASE_USERNAME"],
    },
  ])("names itself and the secrets to mend: $what", async ({ environment, says, base = "base/free" }) => {
    await chain.edit(".github/seedbed.yml", /base\/free/, base);
    await chain.commit("The base");
    const { registry: before } = await chain.world.counts();
    const ran = await expectRefused(
      chain,
      ["seed", "hr"],
      { code: 2, says: [...says, chain.world.registry.host, "refused to"] },
      { environment },
    );
    expect(ran.all).not.toContain("51ab");
    expect(ran.all, "words of the Action on the command line").not.toMatch(/\binputs?\b|registry_/);
    const { registry, ssh } = await chain.world.counts();
    expect(registry.refused, "the registry refused").toBeGreaterThan(before.refused);
    expect(registry.blobs_put).toBe(before.blobs_put);
    expect(ssh.connections, "the source was not asked").toBe(0);
  });

  it("is quoted with 403 too, as others answer", async () => {
    chain.world.registry.faults.addStatus({ status: 403, times: 1, method: "POST", path: "/blobs/uploads/" });
    await expectRefused(chain, ["seed", "hr"], {
      code: 2,
      says: ["registry-access-denied", "HTTP 403", "dev/hr", "may not push here", "SEEDBED_REGISTRY_PASSWORD"],
    });
  });

  it("does not get a secret into the output by repeating it", async () => {
    const password = chain.world.environment["SEEDBED_REGISTRY_PASSWORD"]!;
    const body = `you sent ${password} and ${Buffer.from(`seeder:${password}`).toString("base64")}`;
    chain.world.registry.faults.addStatus({ status: 403, times: 1, path: "/token", body });
    const ran = await expectRefused(chain, ["seed", "hr"], { code: 2, says: ["HTTP 403", "you sent *** and ***"] });
    expect(ran.all).not.toContain(password);
  });

  it("does not have the base under this digest", async () => {
    await chain.edit(".github/seedbed.yml", /base\/free@sha256:[0-9a-f]{4}/, "base/free@sha256:0000");
    await chain.commit("Another base");
    await expectRefused(chain, ["seed", "hr"], {
      code: 2,
      says: ["base/free", "sha256:0000", chain.world.registry.host],
    });
    expect((await chain.world.counts()).ssh.connections).toBe(0);
  });
});

describe("a transfer that breaks", () => {
  it("in uploads, in answers and in the SFTP stream goes on where it was, to the same bytes", async () => {
    const { registry, ssh, source } = chain.world;
    registry.faults.addStatus({ status: 503, times: 1, method: "POST", retryAfter: "0" });
    registry.faults.addStatus({ status: 503, times: 1, method: "PUT", path: "/manifests/" });
    registry.faults.cuts = { afterBytes: 1_000_000, times: 1 };
    ssh.faults.cutAfterBytes = [700_000];
    const ran = await chain.seedbed(["seed", "hr", "--json"]);
    expect(ran.code, ran.stderr).toBe(0);
    expect(registry.faults.cuts.times, "an upload was cut").toBe(0);
    expect(ssh.faults.cutAfterBytes, "a connection was cut").toEqual([]);
    expect(ran.stderr).toMatch(/warning: .*the SSH connection broke at byte \d+ .*continuing from there/);
    const lock = await chain.lock();
    expect(JSON.parse(ran.stdout)).toMatchObject({ version: 1, lock: { dump_set: lock.dump_set, image: lock.image } });
    const pulled = await pullImage(
      {
        host: registry.host,
        repository: "dev/hr",
        digest: lock.image!.digest,
        credentials: { username: "puller", password: CANARIES.pullPassword },
      },
      `${chain.folder}/pulled`,
    );
    expect(pulled.checked.filter((name) => name.endsWith(".dmp"))).toHaveLength(lock.dump_set!.files);
    expect(source.counts()).toMatchObject({ jobs_left: [], files_left: [], refusals: [] });
    expect(chain.leaked()).toEqual([]);
  });

  it("because a right is taken away ends the seed: no image, nothing left on the source", async () => {
    chain.world.registry.faults.addStatus({ status: 403, times: 1, method: "PATCH" });
    const before = await chain.outside();
    const ran = await chain.seedbed(["seed", "hr"]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/error\[registry-access-denied\]: The registry 127\.0\.0\.1:\d+ refused to .*HTTP 403/);
    expect(ran.stderr).toContain("nothing is left on the source");
    expect(await chain.outside()).toEqual({ ...before, exportsStarted: before.exportsStarted + 2 });
  });
});

describe("a lost session", () => {
  it("in the middle of a job is replaced by one that attaches to it", async () => {
    const hold = chain.world.source.pump.hold("OE.ORDERS");
    const running = chain.seedbed(["seed", "hr"]);
    await hold.reached;
    chain.world.listener.killSessions();
    setTimeout(() => hold.release(), 1000);
    const ran = await running;
    expect(ran.code, ran.stderr).toBe(0);
    expect(ran.stderr).toMatch(/The session on the source was lost. A new session attaches to SEEDBED_/);
    expect((await chain.lock()).dump_set!.rows).toBe(7628);
    expect(chain.world.source.counts()).toMatchObject({ jobs_left: [], files_left: [] });
  });

  it("after the export is replaced by one that cleans up", async () => {
    const { registry, listener, ssh, source } = chain.world;
    const before = ssh.counters.bytes_read;
    const logons = listener.counters.logons.ok;
    registry.faults.slowMilliseconds = 100;
    const running = chain.seedbed(["seed", "hr"]);
    while (ssh.counters.bytes_read === before) await new Promise((resolve) => setTimeout(resolve, 10));
    // The log of the job is read first; a dump file is far longer.
    while (ssh.counters.bytes_read - before < 300_000) await new Promise((resolve) => setTimeout(resolve, 10));
    listener.killSessions();
    const ran = await running;
    registry.faults.slowMilliseconds = 0;
    expect(ran.code, ran.stderr).toBe(0);
    expect(listener.counters.logons).toEqual({ ok: logons + 2, refused: 0 });
    expect(source.counts()).toMatchObject({ jobs_left: [], files_left: [] });
  });
});

describe("an export that fails", () => {
  it.each([
    {
      what: "a table is skipped",
      at: "OE.ORDERS",
      fatal: false,
      lines: ['ORA-01555: snapshot too old: rollback segment number 25 with name "_SYSSMU25_1608416701$" too small'],
      says: ["ORA-01555: snapshot too old", "no longer reaches back to the SCN", "undo_retention"],
    },
    {
      what: "the disk is full",
      at: "end",
      fatal: true,
      lines: ["ORA-39095: Dump file space has been exhausted: Unable to allocate 217088 bytes"],
      says: ["ORA-39095: Dump file space has been exhausted"],
    },
    {
      what: "a code that nobody knows",
      at: "OE.PRODUCTS",
      fatal: true,
      lines: ["ORA-99999: a message of the year 2031"],
      says: ["ORA-99999: a message of the year 2031", "Show the lines above to the source's DBA"],
    },
  ])("quotes Oracle, explains it, and leaves nothing: $what", async ({ at, fatal, lines, says }) => {
    chain.world.source.pump.failNext({ at, lines, fatal });
    const before = await chain.outside();
    const ran = await chain.seedbed(["seed", "hr", "--json"]);
    expect(ran.code).toBe(2);
    for (const text of [...says, "nothing is left on the source"]) expect(ran.stderr).toContain(text);
    expect(ran.stderr).not.toContain("unexpected");
    const { error } = JSON.parse(ran.stdout) as { error: { message: string } };
    expect(error.message).toContain(lines[0]);
    expect(await chain.outside()).toEqual({ ...before, exportsStarted: before.exportsStarted + 1 });
    expect(chain.leaked()).toEqual([]);
  });
});
