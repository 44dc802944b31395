import { createHash } from "node:crypto";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readProxies } from "../../src/http/proxies.ts";
import { connectRegistry } from "../../src/adapters/oci/registry.ts";
import type { Registry } from "../../src/ports/registry.ts";
import { needs } from "../need.ts";
import { startClosedNetwork, type ClosedNetwork } from "../world/proxy/network.ts";
import type { WorldRegistry } from "../world/registry/registry.ts";
import { LOGIN, startSeedRegistry } from "./fixture.ts";

const HOSTS = { registry: "registry.example.test", tokens: "token.example.test", downloads: "downloads.example.test" };
const portOf = (host: string) => Number(host.split(":")[1]);

describe.skipIf(!needs("openssl"))("a registry, its token service and its downloads behind a proxy", () => {
  let world: WorldRegistry;
  let network: ClosedNetwork;
  let registry: Registry;
  const certificates = getCACertificates();
  beforeAll(async () => {
    world = await startSeedRegistry({ redirectBlobs: true });
    world.announce({ tokens: `https://${HOSTS.tokens}`, downloads: `https://${HOSTS.downloads}` });
    const behind = {
      [HOSTS.registry]: portOf(world.host),
      [HOSTS.tokens]: portOf(world.host),
      [HOSTS.downloads]: portOf(world.downloadHost),
    };
    network = await startClosedNetwork(behind, { login: "robot:p@ss" });
    setDefaultCACertificates([...certificates, network.ca]);
    registry = connectRegistry({
      host: HOSTS.registry,
      credentials: LOGIN,
      inputs: "registry",
      proxies: readProxies({ HTTPS_PROXY: network.proxy.url, NO_PROXY: "127.0.0.1,localhost" }),
    });
  });
  afterAll(async () => {
    await registry.close();
    setDefaultCACertificates(certificates);
    await network.close();
    await world.close();
  });

  test("bytes go up in one stream and come back whole, each host by a tunnel of its own", async () => {
    const { signal } = new AbortController();
    const chunk = Buffer.alloc(1 << 20, "seedbed");
    const pieces = Array.from({ length: 20 }, () => chunk);
    const blob = await registry.upload(
      "dev/hr",
      async function* () {
        yield* pieces;
      },
      signal,
    );
    expect(blob.digest).toBe(`sha256:${createHash("sha256").update(Buffer.concat(pieces)).digest("hex")}`);
    const hash = createHash("sha256");
    for await (const bytes of registry.blob("dev/hr", blob, signal)) hash.update(bytes);
    expect(`sha256:${hash.digest("hex")}`).toBe(blob.digest);
    expect(new Set(network.proxy.tunnels)).toEqual(new Set(Object.values(HOSTS).map((host) => `${host}:443`)));
    expect(network.proxy.requests).toEqual([]);
    const connections = Object.values(network.connections()).reduce((sum, count) => sum + count, 0);
    expect(connections, "every connection came through a tunnel").toBe(network.proxy.tunnels.length);
    expect(world.counters.blobs_put).toBe(1);
    expect(world.leakedLogins).toEqual([]);
  });

  test("a connection is kept and used again", async () => {
    const { signal } = new AbortController();
    // The first asks for a token of its own.
    const before = network.proxy.tunnels.length;
    for (let count = 0; count < 5; count += 1) await registry.check("dev/hr", "pull", signal);
    expect(network.proxy.tunnels.length - before).toBeLessThanOrEqual(2);
  });
});
