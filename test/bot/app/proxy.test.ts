import { execFile } from "node:child_process";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { pino } from "pino";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { readSecretFile } from "../../../bot/adapters/secret-file.ts";
import { readBotEnv } from "../../../bot/env.ts";
import { createProbotApp, openRepository } from "../../../bot/hub/octokit/probot-client.ts";
import { openFetch } from "../../../src/adapters/http/fetch.ts";
import { systemClock } from "../../../src/adapters/process/clock.ts";
import { needs } from "../../need.ts";
import { BotProcess } from "../../world/bot-process.ts";
import type { GitHub } from "../../world/github/github.ts";
import { person } from "../../world/github/person.ts";
import { startClosedNetwork } from "../../world/proxy/network.ts";
import { exampleRequest, startWorld, type BotWorld } from "./start-world.ts";

const API = "api.github.example.test";
const STORAGE = "artifacts.example.test";
const PASSWORD = "canary-pr0xy/p@ss";

/** A run that other runners have done. */
function madeBy(github: GitHub): Parameters<GitHub["runs"]["record"]>[0] {
  const ada = github.state.users.get("ada")!;
  const where = { path: ".github/workflows/provision.yml", headBranch: "main", headSha: "a".repeat(40) };
  const whose = { headRepositoryId: github.state.repositoryId, actor: ada, triggeringActor: ada };
  return { event: "workflow_dispatch", title: "seed hr: permit", inputs: {}, ...where, ...whose };
}

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

  test("downloads an artifact from its other host through it, which does not get the token", async () => {
    const network = await openNetwork();
    const certificates = getCACertificates();
    setDefaultCACertificates([...certificates, network.ca]);
    onTestFinished(() => setDefaultCACertificates(certificates));
    const { github, variables } = world;
    const zip = Buffer.from("an artifact's bytes");
    const run = github.runs.record(madeBy(github), [{ name: "seed-result-1", zip }]);
    const env = readBotEnv(readSecretFile, { ...variables, HTTPS_PROXY: network.proxy.url });
    const probot = createProbotApp({ ...env, fetch: openFetch(env.proxies), log: pino({ level: "silent" }) });
    const hub = await openRepository(probot, { repository: env.repository, clock: systemClock });
    const [artifact] = await hub.actions.artifacts(String(run.id));
    expect(Buffer.from(await hub.actions.downloadArtifact(artifact!.id))).toEqual(zip);
    expect(github.state.storage.downloads).toBe(1);
    expect(network.proxy.tunnels.at(-1)).toBe(`${STORAGE}:443`);
    expect(Object.values(network.connections()).reduce((sum, count) => sum + count, 0)).toBe(
      network.proxy.tunnels.length,
    );
  });

  test("asks for its token, reads and writes through it, and nothing goes past it", async () => {
    const network = await openNetwork();
    world.variables["HTTPS_PROXY"] = network.proxy.url;
    const bot = await BotProcess.open(world.github, world.variables);
    onTestFinished(() => bot.kill());
    await bot.listening();
    const ada = person(world.github, "ada");
    await ada.push({ branch: "hr", edits: exampleRequest() });
    await ada.openPull("hr", "A database");
    await bot.settled();
    expect(world.github.state.checkRuns.map(({ name }) => name)).toContain("seedbed/dba-approval");
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
    // A login that is wrong is not tried again: it could be locked.
    expect(network.proxy.refused).toBe(says.includes("407") ? 1 : 0);
  });
});
