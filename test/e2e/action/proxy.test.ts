import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { needs } from "../../need.ts";
import { startClosedNetwork, type ClosedNetwork } from "../../world/proxy/network.ts";
import { ActionStage } from "./stage.ts";

const API = "api.github.example.test";
const REGISTRY = "registry.example.test";
const PASSWORD = "canary-pr0xy/p@ss";
const portOf = (address: string) => Number(new URL(address).port);

describe.skipIf(!needs("openssl"))(
  "the Action on runners that reach GitHub and the registry only through a proxy",
  () => {
    let stage: ActionStage;
    let network: ClosedNetwork;
    const machine: Record<string, string> = {};
    beforeAll(async () => {
      stage = await ActionStage.open({ machine });
      const { github, world } = stage;
      const hosts = { [API]: portOf(github.url), [REGISTRY]: portOf(`http://${world.registry.host}`) };
      network = await startClosedNetwork(hosts, { login: `runner:${PASSWORD}` });
      github.state.url = () => `https://${API}`;
      world.registry.announce({ tokens: `https://${REGISTRY}`, downloads: `https://${REGISTRY}` });
      const settings = await stage.read(".github/seedbed.yml");
      await stage.commit({ ".github/seedbed.yml": settings.replaceAll(world.registry.host, REGISTRY) });
      await stage.commitPermit();
    });
    afterAll(async () => {
      await stage.close();
      await network.close();
    });
    const use = (variables: Record<string, string>) => {
      for (const name of Object.keys(machine)) delete machine[name];
      Object.assign(machine, { NODE_EXTRA_CA_CERTS: network.caPath, ...variables });
    };
    const logOf = async (id: number, job: string) => (await stage.kept(stage.run(id), `${job}/log.txt`)) ?? "";

    test("a proxy that refuses, and a variable that names none, end the run before anything is connected to", async () => {
      const wrong = `http://runner:wrong-${encodeURIComponent(PASSWORD)}@127.0.0.1:${network.proxy.port}`;
      use({ HTTPS_PROXY: wrong });
      expect((await stage.finished(await stage.dispatch())).conclusion).toBe("failure");
      // A login that is wrong is not tried again: it could be locked.
      expect(network.proxy.refused).toBe(1);
      const refused = await logOf(0, "plan");
      expect(refused).toContain(
        `The proxy 127.0.0.1:${network.proxy.port} of HTTPS_PROXY did not connect to ${API}:443`,
      );
      expect(refused).toContain("407 Proxy Authentication Required");
      expect(refused).toContain("login into HTTPS_PROXY");
      use({ HTTPS_PROXY: `socks5://runner:${encodeURIComponent(PASSWORD)}@127.0.0.1:1080` });
      expect((await stage.finished(await stage.dispatch())).conclusion).toBe("failure");
      expect(await logOf(1, "plan")).toContain("HTTPS_PROXY begins with socks5://");
      expect(network.connections()).toEqual({ [API]: 0, [REGISTRY]: 0 });
      expect(await stage.touched()).toMatchObject({ ssh: 0 });
    });

    test("plan and seed go through it, and nothing goes past it", async () => {
      use({ HTTPS_PROXY: network.proxy.url });
      const run = await stage.finished(await stage.dispatch());
      expect(run.conclusion, await stage.everything()).toBe("success");
      expect(await stage.result(run)).toMatchObject({ outcome: "seeded" });
      expect(new Set(network.proxy.tunnels)).toEqual(new Set([`${API}:443`, `${REGISTRY}:443`]));
      const tunnels = (host: string) => network.proxy.tunnels.filter((target) => target === `${host}:443`).length;
      expect(network.connections()).toEqual({ [API]: tunnels(API), [REGISTRY]: tunnels(REGISTRY) });
      expect(network.proxy.requests).toEqual([]);
      expect(stage.github.calls.violations).toEqual([]);
    });

    test("the proxy's password stands in no log, summary, output or result", async () => {
      const everything = await stage.everything();
      for (const secret of [
        PASSWORD,
        encodeURIComponent(PASSWORD),
        Buffer.from(`runner:${PASSWORD}`).toString("base64"),
      ])
        expect(everything).not.toContain(secret);
    });
  },
);
