import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { needs } from "../../need.ts";
import { startClosedNetwork, type ClosedNetwork } from "../../world/proxy/network.ts";
import { Chain } from "./chain.ts";
import { expectRefused } from "./expect-refused.ts";

const REGISTRY = "registry.example.test";
const PASSWORD = "canary-pr0xy/p@ss";

describe.skipIf(!needs("openssl"))("the command line where the registry is behind a proxy", () => {
  let chain: Chain;
  let network: ClosedNetwork;
  beforeAll(async () => {
    chain = await Chain.open();
    const { registry } = chain.world;
    const { host } = registry;
    registry.announce({ tokens: `https://${REGISTRY}`, downloads: `https://${REGISTRY}` });
    network = await startClosedNetwork({ [REGISTRY]: Number(host.split(":")[1]) }, { login: `ada:${PASSWORD}` });
    await chain.write(".github/seedbed.yml", (await chain.read(".github/seedbed.yml")).replaceAll(host, REGISTRY));
    await chain.commit("The registry by its name");
  });
  afterAll(async () => {
    await network.close();
    await chain.close();
  });
  const behind = (proxies: Record<string, string>) => ({
    NODE_EXTRA_CA_CERTS: network.caPath,
    SEEDBED_INSECURE_REGISTRIES: undefined,
    ...proxies,
  });

  it("ends before the source is asked, without the proxy, by one that refuses, and by a variable that is none", async () => {
    const login = encodeURIComponent(PASSWORD);
    const cases = [
      { proxies: {}, says: ["registry-unreachable", REGISTRY] },
      {
        proxies: { HTTPS_PROXY: `http://ada:wrong-${login}@127.0.0.1:${network.proxy.port}` },
        says: [
          "proxy-refused",
          `127.0.0.1:${network.proxy.port} of HTTPS_PROXY`,
          "407",
          `${REGISTRY}:443`,
          "login into HTTPS_PROXY",
        ],
      },
      {
        proxies: { https_proxy: `socks5://ada:${login}@127.0.0.1:${network.proxy.port}` },
        says: ["proxy-invalid", "https_proxy begins with socks5://", "Set https_proxy to http://"],
      },
    ];
    for (const { proxies, says } of cases) {
      const ran = await expectRefused(chain, ["seed", "hr"], { code: 2, says }, { environment: behind(proxies) });
      for (const secret of [PASSWORD, login]) expect(ran.all).not.toContain(secret);
    }
    expect((await chain.world.counts()).ssh.connections).toBe(0);
    expect(network.connections()).toEqual({ [REGISTRY]: 0 });
  });

  it("pushes the image through it, and nothing goes past it", async () => {
    const ran = await chain.seedbed(["seed", "hr"], { environment: behind({ https_proxy: network.proxy.url }) });
    expect(ran.code, ran.all).toBe(0);
    expect(new Set(network.proxy.tunnels)).toEqual(new Set([`${REGISTRY}:443`]));
    expect(network.connections()).toEqual({ [REGISTRY]: network.proxy.tunnels.length });
    expect(network.proxy.requests).toEqual([]);
    const { image } = await chain.lock();
    expect((await chain.world.counts()).registry.manifests).toContain(`dev/hr@${image!.digest}`);
    for (const secret of [PASSWORD, encodeURIComponent(PASSWORD)]) expect(chain.printed).not.toContain(secret);
    expect(chain.leaked()).toEqual([]);
  });

  it("leaves out what NO_PROXY names: then nobody finds the registry", async () => {
    const before = network.proxy.tunnels.length;
    await chain.restore();
    await expectRefused(
      chain,
      ["seed", "hr"],
      { code: 2, says: ["registry-unreachable", REGISTRY] },
      { environment: behind({ HTTPS_PROXY: network.proxy.url, NO_PROXY: "localhost,example.test" }) },
    );
    expect(network.proxy.tunnels.length).toBe(before);
  });
});
