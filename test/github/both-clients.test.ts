import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createProbotApp } from "../../bot/hub/octokit/probot-client.ts";
import { openOctokit } from "../../src/adapters/github/octokit.ts";
import { openFetch } from "../../src/adapters/http/fetch.ts";
import type { GitHubRepository } from "../../src/github/client.ts";
import { readObjects } from "../../src/github/objects.ts";
import { addRetries } from "../../src/github/repeat.ts";
import { openCommitTree } from "../../src/github/tree.ts";
import { readProxies } from "../../src/http/proxies.ts";
import type { GitHub } from "../world/github/github.ts";
import { startSample } from "../world/github/start-sample.ts";

type Open = (github: GitHub, clock: Clock, signal?: AbortSignal) => Promise<GitHubRepository>;
interface Clock {
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

const fetch = openFetch(readProxies({}));

const openJob: Open = async (github, clock, signal) =>
  openOctokit({
    api: github.url,
    token: github.tokens.forJob(1, { contents: "read" }),
    repository: "acme/databases",
    fetch,
    clock,
    ...(signal ? { signal } : {}),
  });

const openApp: Open = async (github, clock, signal) => {
  const { id: appId, privateKey, webhookSecret } = github.app;
  const log = pino({ level: "silent" });
  const app = { appId, privateKey, webhookSecret, apiUrl: github.url, throttle: false, fetch, log };
  const octokit = await createProbotApp(app).auth(70);
  addRetries(octokit, { caller: "app", clock, signal });
  return { octokit, at: { owner: "acme", repo: "databases" } };
};

describe.each([
  {
    whose: "the Action's",
    open: openJob,
    pause: 1000,
    fixes: { limit: "Run the workflow again after", denied: "contents: read" },
  },
  {
    whose: "the bot's",
    open: openApp,
    pause: 500,
    fixes: { limit: "the bot continues", denied: "Give the App the permissions" },
  },
])("$whose client", ({ open, pause, fixes }) => {
  let github: GitHub;
  let repository: GitHubRepository;
  const waits: number[] = [];
  let clock: Clock;
  beforeAll(async () => {
    github = await startSample({
      files: { "environments/hr/database_config.yaml": "owner: ada\n", "README.md": "x\n" },
    });
    clock = {
      now: () => github.clock.now(),
      sleep: (milliseconds) => (waits.push(milliseconds), github.clock.sleep(milliseconds)),
    };
    repository = await open(github, clock);
  });
  afterAll(() => github.close());

  const refs = { method: "GET", path: /\/git\/ref\// };
  async function readRef(): Promise<{ waited: number[]; error: unknown }> {
    waits.length = 0;
    const { octokit, at } = repository;
    const error: unknown = await octokit
      .request("GET /repos/{owner}/{repo}/git/ref/{ref}", { ...at, ref: "heads/main" })
      .then(
        () => null,
        (caught: unknown) => caught,
      );
    return { waited: [...waits], error };
  }
  /** Refused by each of them: the job may not write, and there is such a branch. */
  const write = async () => {
    const sha = await github.state.git.resolve("refs/heads/main");
    const branch = { ...repository.at, ref: "refs/heads/main", sha };
    return repository.octokit.request("POST /repos/{owner}/{repo}/git/refs", branch);
  };

  test("gives a commit's files with mode and blob, and reads each object once", async () => {
    const tip = (await github.state.git.resolve("refs/heads/main"))!;
    const objects = readObjects(repository);
    const tree = await openCommitTree(objects, tip);
    const [entry, ...others] = await tree.entries("environments/hr");
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      path: "environments/hr/database_config.yaml",
      mode: "100644",
      blob: (await github.state.git.git(["rev-parse", "main:environments/hr/database_config.yaml"])).trim(),
    });
    expect(await tree.read(entry!.path)).toBe("owner: ada\n");
    const before = { ...github.calls.counts };
    expect(await (await openCommitTree(objects, tip)).read(entry!.path)).toBe("owner: ada\n");
    expect(github.calls.counts).toEqual(before);
  });

  test("takes an answer that breaks off for none, and asks again", async () => {
    let answers = 0;
    const server = createServer((request, response) => {
      answers += 1;
      response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
      if (answers === 1) response.write('{"object":', () => request.socket.destroy());
      else response.end(`{"object":{"sha":"a"}}${" ".repeat(78)}`);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const octokit = openOctokit({
      api: `http://127.0.0.1:${port}`,
      token: "t",
      repository: "acme/databases",
      fetch,
      clock,
    });
    const { data } = await octokit.octokit.request("GET /repos/{owner}/{repo}/git/ref/{ref}", {
      ...octokit.at,
      ref: "x",
    });
    expect([data, answers]).toEqual([{ object: { sha: "a" } }, 2]);
    await new Promise<void>((resolve) => void server.close(() => resolve()));
  });

  test("repeats a read after 5xx four times, longer each time, and no write", async () => {
    github.faults.next({ ...refs, times: 4, status: 502 });
    expect(await readRef()).toEqual({ waited: [1, 2, 4, 8].map((times) => times * pause), error: null });
    github.faults.next({ ...refs, times: 5, status: 503 });
    expect(await readRef()).toMatchObject({
      error: { code: "github-error", status: 503, fix: expect.stringContaining("status page") },
    });
    waits.length = 0;
    github.faults.next({ method: "POST", path: /git\/refs$/, times: 1, status: 502 });
    await expect(write()).rejects.toMatchObject({ code: "github-error", status: 502 });
    expect(waits).toEqual([]);
  });

  test("waits for a limit as GitHub documents: retry-after, else until the reset, else a minute and then longer", async () => {
    github.faults.next({ ...refs, times: 1, status: 429, headers: { "retry-after": "7" } });
    github.faults.next({ ...refs, times: 1, status: 403, headers: { "retry-after": "0" } });
    expect(await readRef()).toEqual({ waited: [7000], error: null });
    const reset = String(Math.ceil(github.clock.now() / 1000) + 20);
    github.faults.next({
      ...refs,
      times: 1,
      status: 403,
      headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset },
    });
    const { waited, error } = await readRef();
    expect({ error, waited: waited.map((pause) => Math.round(pause / 10_000)) }).toEqual({ error: null, waited: [2] });
    github.faults.next({ ...refs, times: 2, status: 429 });
    const limited = await readRef();
    expect(limited.waited).toEqual([60_000]);
    expect(limited.error).toMatchObject({
      code: "github-limit",
      status: 429,
      wait: 120_000,
      fix: expect.stringContaining(fixes.limit),
    });
    expect(String(limited.error)).toContain("GitHub refuses more requests and does not say for how long: HTTP 429");
    github.clock.step(120_000);
    expect(await readRef()).toEqual({ waited: [], error: null });
    // One that was answered in between ends the row.
    github.faults.next({ ...refs, times: 1, status: 429 });
    expect(await readRef()).toEqual({ waited: [60_000], error: null });
  });

  test("sends nothing before the time that GitHub asked for has passed, whatever is asked", async () => {
    github.faults.next({ ...refs, times: 1, status: 403, headers: { "retry-after": "300" } });
    expect(String((await readRef()).error)).toContain("GitHub asks for a pause of 300 s");
    const { counts } = github.calls;
    const before = { ...counts };
    github.clock.step(200_000);
    expect(await readRef()).toMatchObject({ waited: [], error: { code: "github-limit", wait: 100_000 } });
    await expect(write()).rejects.toMatchObject({ code: "github-limit" });
    expect(counts).toEqual(before);
    github.clock.step(70_000);
    expect(await readRef()).toEqual({ waited: [30_000], error: null });
  });

  test("meets a limit at most five times for one request", async () => {
    github.faults.next({ ...refs, times: 6, status: 429, headers: { "retry-after": "0" } });
    expect(await readRef()).toMatchObject({ waited: [], error: { code: "github-limit", wait: 0 } });
    expect(await readRef()).toMatchObject({ error: null });
  });

  test("waits for a limit before a write too, which was refused before anything was done", async () => {
    waits.length = 0;
    github.faults.next({ method: "POST", path: /git\/refs$/, times: 1, status: 403, headers: { "retry-after": "3" } });
    await expect(write()).rejects.toMatchObject({ code: "github-error" });
    expect(waits).toEqual([3000]);
  });

  test("says what was asked, what GitHub answered and what to do, and never the token", async () => {
    github.faults.next({ ...refs, times: 1, status: 403 });
    const { waited, error } = await readRef();
    expect(waited).toEqual([]);
    expect(error).toMatchObject({
      code: "github-error",
      status: 403,
      said: expect.stringContaining("injected"),
      message: expect.stringContaining(
        "GitHub answered GET /repos/acme/databases/git/ref/heads/main with 403: injected",
      ),
      fix: expect.stringContaining(fixes.denied),
    });
    expect(JSON.stringify(error) + String((error as Error).stack)).not.toMatch(/ghs_/);
  });

  test("asks nothing more when the work is cancelled", async () => {
    const cancel = new AbortController();
    const mine = await open(github, { ...clock, sleep: async () => cancel.abort(new Error("enough")) }, cancel.signal);
    github.faults.next({ ...refs, times: 1, status: 502 });
    const asked = () => Object.values(github.calls.counts).reduce((sum, count) => sum + count, 0);
    const before = asked();
    const read = mine.octokit.request("GET /repos/{owner}/{repo}/git/ref/{ref}", { ...mine.at, ref: "heads/main" });
    await expect(read).rejects.toThrow("enough");
    // Probot's client also asks for a token.
    expect(asked() - before).toBeLessThanOrEqual(2);
  });
});
