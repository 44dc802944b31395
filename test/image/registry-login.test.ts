import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { parseChallenges } from "../../src/adapters/oci/challenge.ts";
import { connectRegistry } from "../../src/adapters/oci/registry.ts";
import { explainRefusal } from "../../src/adapters/oci/refusal.ts";
import { nameInputs } from "../../src/credentials/secret-names.ts";
import type { HttpReply } from "../../src/adapters/oci/transport.ts";
import type { Digest } from "../../src/crypto/digest.ts";
import type { WorldRegistry } from "../world/registry/registry.ts";
import { CANARY, LOGIN, connect, putFreeBase, startSeedRegistry } from "./fixture.ts";
import { sha256 } from "./ingredients.ts";

const { signal } = new AbortController();

const open: WorldRegistry[] = [];
afterEach(async () => {
  for (const world of open.splice(0)) await world.close();
});

async function start(...setup: Parameters<typeof startSeedRegistry>): Promise<WorldRegistry> {
  const world = await startSeedRegistry(...setup);
  open.push(world);
  return world;
}

async function failureOf(work: Promise<unknown>) {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown as Error & { code: string; fix: string },
  );
  if (error === null) throw new Error("nothing was thrown");
  return error;
}

describe.each(["basic", "bearer"] as const)("a registry with %s login", (auth) => {
  it("is pushed to after a check, which asks once to cancel its upload", async () => {
    const world = await start({ auth });
    const registry = connect(world);
    await registry.check("dev/hr", "push", signal);
    // A token for pull and push may not delete: see doorman.ts.
    const cancelled = auth === "basic" ? 1 : 0;
    expect(world.counters.sessions).toEqual({ started: 1, cancelled, lost: 0 });
    expect(world.counters.refused).toBe(1 - cancelled);
  });

  it.each([400, 401, 403, 404, 405, 429, 500])(
    "passes the check and goes without a mount whatever it says to a cancel (HTTP %s)",
    async (status) => {
      const world = await start({ auth });
      const registry = connect(world);
      world.faults.addStatus({ status, times: 99, method: "DELETE" });
      await registry.check("dev/hr", "push", signal);
      const digest: Digest = `sha256:${sha256("not there")}`;
      expect(await registry.mount("dev/hr", { digest, size: 9, from: "base/free" }, signal)).toBe(false);
      expect(world.counters.sessions).toEqual({ started: 2, cancelled: 0, lost: 0 });
    },
  );

  it("passes the check and goes without a mount when the connection breaks at a cancel", async () => {
    const world = await start({ auth });
    const registry = connect(world);
    world.faults.hangUps = { method: "DELETE", times: 99 };
    await registry.check("dev/hr", "push", signal);
    const digest: Digest = `sha256:${sha256("not there")}`;
    expect(await registry.mount("dev/hr", { digest, size: 9, from: "base/free" }, signal)).toBe(false);
    expect(world.counters.sessions).toEqual({ started: 2, cancelled: 0, lost: 0 });
  });

  it.each([
    ["a 404", (world: WorldRegistry) => world.faults.addStatus({ status: 404, times: 1, method: "POST" })],
    ["a lost connection", (world: WorldRegistry) => void (world.faults.hangUps = { method: "POST", times: 1 })],
  ])("passes the check and takes an upload after %s at its start", async (_name, fail) => {
    const world = await start({ auth });
    const registry = connect(world);
    fail(world);
    await registry.check("dev/hr", "push", signal);
    fail(world);
    const blob = await registry.upload("dev/hr", slowly, signal);
    expect(world.store.size("dev/hr", blob.digest)).toBe(blob.size);
  });

  it("explains a wrong password by the two inputs to change, and never repeats it", async () => {
    const world = await start({ auth });
    const registry = connect(world, { credentials: { ...LOGIN, password: `wrong-${CANARY}` } });
    const error = await failureOf(registry.check("dev/hr", "push", signal));
    expect(error.code).toBe("registry-login-refused");
    expect(error.message).toContain(`The registry ${world.host} refused to`);
    expect(error.message).toContain("HTTP 401 Unauthorized: UNAUTHORIZED: authentication required");
    expect(error.fix).toContain("registry_username and registry_password");
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(CANARY);
    expect(world.counters.refused, "one wrong try, not two: accounts lock").toBe(1);
  });

  it("explains a login without rights on the repository as that, and names the inputs of the base", async () => {
    const world = await start({ auth });
    const error = await failureOf(connect(world, { inputs: "base" }).check("base/free", "push", signal));
    expect(error.code).toBe("registry-access-denied");
    expect(error.message).toContain("DENIED: requested access to the resource is denied");
    expect(error.fix).toContain(
      "The login in the inputs base_username and base_password may not push here: give it push rights on base/free",
    );
    expect(world.counters.sessions.started).toBe(0);
  });

  it("asks for a login where none was given", async () => {
    const world = await start({ auth });
    const error = await failureOf(connect(world, { credentials: undefined }).check("dev/hr", "push", signal));
    expect(error.fix).toContain("Set the inputs registry_username and registry_password");
  });

  it("takes its password out of an error body that repeats it", async () => {
    const world = await start({ auth });
    const basic = Buffer.from(`${LOGIN.username}:${CANARY}`).toString("base64");
    const body = `you sent ${CANARY} as Basic ${basic} or ${encodeURIComponent(CANARY)}`;
    world.faults.addStatus({ status: 400, times: 9, method: "POST", body });
    const error = await failureOf(connect(world).check("dev/hr", "push", signal));
    expect(error.message).toContain("you sent *** as Basic *** or ***");
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(new RegExp(`canary|${basic}`));
  });
});

describe("a Bearer registry", () => {
  it("gets a fresh token for each step when tokens live shorter than the steps take", async () => {
    const world = await start({ tokenSeconds: 1 });
    const registry = connect(world);
    const blob = await registry.upload("dev/hr", slowly, new AbortController().signal);
    expect(world.store.size("dev/hr", blob.digest)).toBe(blob.size);
    expect(world.counters.sessions.started, "no second upload was needed").toBe(1);
  });

  it("is refreshed once after a 401 in the middle of a token's life", async () => {
    const world = await start();
    const registry = connect(world);
    await registry.check("dev/hr", "push", signal);
    world.forgetTokens();
    await registry.check("dev/hr", "push", signal);
    expect(world.counters.sessions.started).toBe(2);
  });

  it("serves a public base without a login", async () => {
    const users = [{ username: null, password: "", repositories: ["base/*"], access: "pull" as const }];
    const world = await start({ users });
    const digest = await putFreeBase(world);
    const registry = connect(world, { credentials: undefined });
    expect((await registry.manifest("base/free", digest, signal))?.digest).toBe(digest);
  });
});

async function* slowly(): AsyncGenerator<Buffer> {
  for (let step = 0; step < 4; step += 1) {
    await new Promise((resolve) => setTimeout(resolve, 400));
    yield Buffer.alloc(1000, step);
  }
}

describe("a refused pull from Oracle's own registry", () => {
  it.each([401, 403])("hints at the licence of that repository (HTTP %s)", async (status) => {
    const facts = {
      host: "container-registry.oracle.com",
      inputs: "base" as const,
      origin: { kind: "inputs" as const },
      nameSecrets: nameInputs,
      loggedIn: true,
      redact: (text: string) => text,
    };
    const reply = { status, statusText: "", headers: {}, text: async () => "denied" } as unknown as HttpReply;
    const attempted = {
      doing: "give a manifest of",
      repository: "database/enterprise",
      access: "pull" as const,
      loginAccepted: true,
    };
    const error = await explainRefusal(reply, attempted, facts);
    expect(error.fix).toContain(
      "accepted the licence of this repository: sign in at https://container-registry.oracle.com",
    );
    expect(error.fix).toContain("auth token");
    const elsewhere = await explainRefusal(reply, attempted, { ...facts, host: "registry.example" });
    expect(elsewhere.fix).not.toContain("licence");
  });
});

describe("plain HTTP", () => {
  it.each(["registry.example", "10.0.0.1:5000", "127.evil.example", "localhost.example:80"])(
    "is refused for %s",
    (host) => {
      expect(() => connectRegistry({ host, inputs: "registry", insecureHttp: true })).toThrow("without encryption");
    },
  );
});

describe("a WWW-Authenticate header", () => {
  it.each([
    [
      'Bearer realm="https://a/token",service="s, t",scope="repository:x:pull,push"',
      [
        {
          scheme: "bearer",
          parameters: { realm: "https://a/token", service: "s, t", scope: "repository:x:pull,push" },
        },
      ],
    ],
    [
      'Basic realm="a \\"b\\"", Bearer realm=x',
      [
        { scheme: "basic", parameters: { realm: 'a "b"' } },
        { scheme: "bearer", parameters: { realm: "x" } },
      ],
    ],
    [
      "Negotiate, NTLM abc==, BASIC Realm = r",
      [
        { scheme: "negotiate", parameters: {} },
        { scheme: "ntlm", parameters: {} },
        { scheme: "basic", parameters: { realm: "r" } },
      ],
    ],
    ["", []],
    ['"', []],
  ])("of %j is read as RFC 7235 has it", (header, challenges) => {
    expect(parseChallenges(header)).toEqual(challenges);
  });
});

describe("a redirected or damaged download", () => {
  it("keeps the login from the host that it is sent to, and checks the digest", async () => {
    const world = await start({ redirectBlobs: true });
    const digest = await world.store.put("base/free", Buffer.from("hello"));
    const registry = connect(world);
    const chunks: Buffer[] = [];
    const blob = { digest: digest as `sha256:${string}`, size: 5 };
    for await (const chunk of registry.blob("base/free", blob, new AbortController().signal)) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe("hello");
    expect(world.leakedLogins).toEqual([]);
  });

  it("never hands out the last bytes of a blob that is not what it should be", async () => {
    const world = await start();
    const digest = await world.store.put("base/free", Buffer.from("hello"));
    world.store.damage(digest, Buffer.from("jello"));
    const read = async () => {
      const seen: Buffer[] = [];
      const blob = { digest: digest as `sha256:${string}`, size: 5 };
      for await (const chunk of connect(world).blob("base/free", blob, new AbortController().signal)) seen.push(chunk);
      return seen;
    };
    await expect(read()).rejects.toMatchObject({ code: "registry-digest-mismatch" });
    expect(digest).toBe(`sha256:${sha256("hello")}`);
  });

  it("refuses a manifest with other bytes than its digest, also one that the registry's own header contradicts", async () => {
    const world = await start();
    const digest = await putFreeBase(world);
    const kept = world.store.manifest("base/free", digest)!;
    await world.store.keepManifest("base/free", "tag", { ...kept, bytes: Buffer.from(`${kept.bytes.toString()} `) });
    for (const reference of [digest, "tag"])
      await expect(connect(world).manifest("base/free", reference, signal)).rejects.toMatchObject({
        code: "registry-digest-mismatch",
      });
  });
});
