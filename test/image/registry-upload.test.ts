import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connectRegistry } from "../../src/adapters/oci/registry.ts";
import type { Registry } from "../../src/ports/registry.ts";
import type { WorldRegistry } from "../world/registry/registry.ts";
import { CANARY, connect, startSeedRegistry } from "./fixture.ts";
import { dumpSource, streamSources } from "./dump-sources.ts";
import { quietLog, sha256 } from "./ingredients.ts";

const { signal } = new AbortController();

describe("an upload", () => {
  let world: WorldRegistry;
  let registry: Registry;

  beforeEach(async () => {
    world = await startSeedRegistry();
    registry = connect(world);
  });
  afterEach(async () => {
    await registry.close();
    await world.close();
  });

  function target(controller = new AbortController()) {
    return { seeds: registry, repository: "dev/hr", log: quietLog, signal: controller.signal };
  }

  it("goes as one PATCH without Content-Range and is confirmed by the registry", async () => {
    const source = dumpSource("a.dmp", randomBytes(9_000_001));
    const [stored] = await streamSources([source], target());
    expect(world.counters.patches).toEqual({ streamed: 1, pieces: 0 });
    expect(world.store.size("dev/hr", stored!.layer.digest)).toBe(stored!.layer.size);
    expect(stored!.file).toEqual({ name: "a.dmp", bytes: 9_000_001, sha256: sha256(source.content) });
  });

  it("reads a layer again from its start after a cut, and only that layer", async () => {
    world.faults.cuts = { afterBytes: 200_000, times: 2 };
    const sources = [dumpSource("a.dmp", randomBytes(3_000_000)), dumpSource("b.dmp", randomBytes(1000))];
    const stored = await streamSources(sources, target());
    expect(world.counters.sessions.lost).toBe(2);
    expect(sources.map((one) => one.opened)).toEqual([3, 1]);
    expect(stored[0]!.file.sha256).toBe(sha256(sources[0]!.content));
    expect(world.counters.blobs_put).toBe(2);
  });

  it("gives up after bounded attempts and says what the registry said", async () => {
    world.faults.addStatus({ status: 503, times: 1000, method: "PATCH" });
    const source = dumpSource("a.dmp");
    const failing = streamSources([source], target());
    await expect(failing).rejects.toMatchObject({
      code: "registry-error",
      message: expect.stringContaining("HTTP 503 Service Unavailable: UNAVAILABLE"),
    });
    expect(source.opened).toBe(4);
    expect(world.counters.blobs_put).toBe(0);
  });

  it("waits as long as Retry-After says", async () => {
    world.faults.addStatus({ status: 429, times: 1, method: "POST", retryAfter: "1" });
    const start = performance.now();
    await registry.check("dev/hr", "push", signal);
    expect(performance.now() - start).toBeGreaterThan(950);
  });

  it.each([413, 416] as const)("goes on in pieces of 4 MiB after a %s, for every later layer too", async (status) => {
    world.faults.largestPatch = { bytes: 4 * 1024 * 1024, status };
    const big = dumpSource("a.dmp", randomBytes(9_000_000));
    await streamSources([big], target());
    expect(world.counters.patches).toEqual({ streamed: 1, pieces: 3 });
    const [stored] = await streamSources([dumpSource("b.dmp", randomBytes(5_000_000))], target());
    expect(world.counters.patches).toEqual({ streamed: 1, pieces: 5 });
    expect(world.store.size("dev/hr", stored!.layer.digest)).toBe(stored!.layer.size);
    expect(big.opened).toBe(2);
  });

  it("is not believed until the registry shows the blob", async () => {
    world.faults.addStatus({ status: 404, times: 1, method: "HEAD", path: "/blobs/" });
    await expect(streamSources([dumpSource("a.dmp")], target())).rejects.toThrow("refused to confirm a blob in dev/hr");
    expect(world.counters.blobs_put).toBe(1);
  });

  it("throws what the source throws as it is, at once, and stores nothing", async () => {
    const broken = new Error(`ssh: connection lost`);
    let opened = 0;
    const open = async function* () {
      opened += 1;
      yield randomBytes(100_000);
      throw broken;
    };
    await expect(registry.upload("dev/hr", open, signal)).rejects.toBe(broken);
    expect(opened).toBe(1);
    expect(world.counters.blobs_put).toBe(0);
  });

  it("refuses a dump file that is longer or shorter than its directory entry says", async () => {
    for (const wrong of [299_999, 300_001]) {
      const source = { ...dumpSource("a.dmp"), bytes: wrong };
      await expect(streamSources([source], target())).rejects.toMatchObject({ code: "dump-file-changed" });
    }
    expect(world.counters.blobs_put).toBe(0);
  });

  it("ends when the run is cancelled, lets go of the source, and stores nothing", async () => {
    const controller = new AbortController();
    let released = false;
    const endless = {
      name: "a.dmp",
      bytes: 2 ** 40,
      async *open() {
        try {
          for (;;) {
            await sleep(5);
            yield Buffer.alloc(10_000);
          }
        } finally {
          released = true;
        }
      },
    };
    const uploading = streamSources([endless], target(controller));
    setTimeout(() => controller.abort(new Error("cancelled by a person")), 100);
    await expect(uploading).rejects.toThrow("cancelled by a person");
    await expect.poll(() => released).toBe(true);
    expect(world.counters).toMatchObject({ blobs_put: 0, sessions: { started: 1 } });
  });

  it("reads no more of the source than the registry takes", async () => {
    world.faults.pauseAfter = 1_000_000;
    let read = 0;
    const open = async function* () {
      for (let step = 0; step < 2000; step += 1) {
        read += 100_000;
        yield Buffer.alloc(100_000);
      }
    };
    const controller = new AbortController();
    const uploading = registry.upload("dev/hr", open, controller.signal);
    await sleep(1500);
    expect(read, "of 200 MB: what fits into the sockets' buffers").toBeLessThan(40_000_000);
    controller.abort(new Error("enough"));
    await expect(uploading).rejects.toThrow("enough");
  });

  it.each([413, 416] as const)("goes on in pieces with every layer that gets a %s at the same time", async (status) => {
    world.faults.largestPatch = { bytes: 4 * 1024 * 1024, status };
    const sources = ["a.dmp", "b.dmp"].map((name) => dumpSource(name, randomBytes(9_000_000)));
    const stored = await streamSources(sources, target());
    expect(world.counters.patches).toEqual({ streamed: 2, pieces: 6 });
    expect(stored.map(({ layer }) => world.store.size("dev/hr", layer.digest))).toEqual(
      stored.map(({ layer }) => layer.size),
    );
  });

  it("counts what the registry has said, also when the connection breaks in an answer's body", async () => {
    for (const method of ["POST", "PUT"]) {
      world.faults.cutAnswers = { method, times: 1 };
      const source = dumpSource("a.dmp");
      const [stored] = await streamSources([source], target());
      expect(world.store.size("dev/hr", stored!.layer.digest)).toBe(stored!.layer.size);
      expect(source.opened).toBe(1);
      expect(world.faults.cutAnswers.times).toBe(0);
    }
  });

  it("mounts only where the registry lets it, and else goes without", async () => {
    const digest = (await world.store.put("secret/x", Buffer.from("x"))) as `sha256:${string}`;
    expect(await registry.mount("dev/hr", { digest, size: 1, from: "secret/x" }, signal)).toBe(false);
    expect(world.counters).toMatchObject({ blobs_mounted: 0, sessions: { started: 1 } });
  });
});

describe("a registry that does not answer", () => {
  it("is named with what Node says, without the login", async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const host = `127.0.0.1:${(closed.address() as AddressInfo).port}`;
    await new Promise((resolve) => closed.close(resolve));
    const retry = { attempts: 2, firstDelayMilliseconds: 1 };
    const registry = connectRegistry({
      host,
      inputs: "registry",
      insecureHttp: true,
      retry,
      credentials: { username: "u", password: CANARY },
    });
    await expect(registry.check("dev/hr", "push", signal)).rejects.toMatchObject({
      code: "registry-unreachable",
      message: expect.stringMatching(/could not be reached to start an upload to dev\/hr: .*ECONNREFUSED/),
    });
  });

  it("is given up when it takes the connection and stays silent", async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const host = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const retry = { attempts: 2, firstDelayMilliseconds: 1 };
    const registry = connectRegistry({ host, inputs: "registry", insecureHttp: true, retry, idleMilliseconds: 200 });
    await expect(registry.manifest("dev/hr", "latest", signal)).rejects.toThrow(
      "did not respond for 0 s while Seedbed waited for an answer",
    );
    await registry.close();
    silent.close();
  });
});
