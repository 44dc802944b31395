import { execFile } from "node:child_process";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { needs } from "../../need.ts";
import { person } from "../../world/github/person.ts";
import { startClosedNetwork } from "../../world/proxy/network.ts";
import { startProcess, until } from "./bot-process.ts";
import { exampleRequest, startWorld, type BotWorld } from "./start-world.ts";

const API = "api.github.example.test";
const STORAGE = "artifacts.example.test";
const PASSWORD = "canary-pr0xy/p@ss";

describe.skipIf(!needs("openssl"))("the bot where GitHub is behind a proxy", () => {
  let world: BotWorld;
  afterEach(() => world.close());

  async function openNetwork() {
    world = await startWorld();
    const { state, url } = world.github;
    const hosts = { [API]: Number(new URL(url).port), [STORAGE]: state.storage.port };
    const network = await startClosedNetwork(hosts, { login: `bot:${PASSWORD}` });
    onTestFinished(() => network.close());
    state.url = () => `https://${API}`;
    state.storage.url = () => `https://${STORAGE}`;
    Object.assign(world.variables, { GITHUB_API_URL: `https://${API}`, NODE_EXTRA_CA_CERTS: network.caPath });
    return network;
  }

  test("asks for its token, reads, writes and downloads artifacts through it, and nothing goes past it", async () => {
    const network = await openNetwork();
    world.variables["HTTPS_PROXY"] = network.proxy.url;
    const bot = await startProcess(world);
    await until(() => bot.isListening());
    const ada = person(world.github, "ada");
    await ada.push({ branch: "hr", edits: exampleRequest() });
    await ada.openPull("hr", "A database");
    await until(() => world.github.state.checkRuns.some(({ name }) => name === "seedbed/dba-approval"));
    expect(new Set(network.proxy.tunnels)).toEqual(new Set([`${API}:443`]));
    expect(network.connections()).toEqual({ [API]: network.proxy.tunnels.length, [STORAGE]: 0 });
    expect(network.proxy.requests).toEqual([]);
    expect(world.github.calls.violations).toEqual([]);
    expect(await bot.stop()).toBe(0);
    for (const secret of [PASSWORD, encodeURIComponent(PASSWORD)]) expect(bot.output()).not.toContain(secret);
  });

  test.each([
    [
      "a login that the proxy does not know",
      `http://bot:wrong-%2F@127.0.0.1:PORT`,
      ["proxy-refused", "of HTTPS_PROXY", "407"],
    ],
    [
      "a proxy that is not there",
      "http://bot:wrong-%2F@127.0.0.1:1",
      ["proxy-unreachable", "127.0.0.1:1 of HTTPS_PROXY"],
    ],
    [
      "another kind of proxy",
      "socks5://bot:wrong-%2F@127.0.0.1:PORT",
      ["environment-wrong", "HTTPS_PROXY begins with socks5://"],
    ],
    ["no URL", "http://bot:wrong-%2F@:PORT", ["environment-wrong", "HTTPS_PROXY is not the URL of a proxy"]],
  ])("says that it cannot start with %s", async (_what, value, says) => {
    const network = await openNetwork();
    const env = { ...world.variables, HTTPS_PROXY: value.replace("PORT", String(network.proxy.port)) };
    const entry = `${import.meta.dirname}/../../../bot/server.ts`;
    const { code, text } = await new Promise<{ code: unknown; text: string }>((resolve) => {
      execFile(process.execPath, [entry], { env }, (error, stdout, stderr) =>
        resolve({ code: error?.code, text: stdout + stderr }),
      );
    });
    expect(code).toBe(1);
    for (const part of says) expect(text).toContain(part);
    expect(text).not.toContain("wrong-");
    expect(network.connections()).toEqual({ [API]: 0, [STORAGE]: 0 });
  });
});
