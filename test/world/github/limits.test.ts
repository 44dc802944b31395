import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { GitHub } from "./github.ts";
import { person } from "./person.ts";
import { startSample } from "./start-sample.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const TREES = "GET /repos/acme/databases/git/trees/main";

let github: GitHub;
let token = "";

interface Asked {
  method?: string;
  body?: object;
  headers?: Record<string, string>;
  as?: string;
}

/** A request of the App, as its client sends it. */
async function ask(path: string, { method = "GET", body, headers = {}, as = token }: Asked = {}): Promise<Response> {
  return fetch(`${github.url}${path}`, {
    method,
    headers: { authorization: `token ${as}`, accept: "application/vnd.github.v3+json", ...headers },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
}

const repository = "/repos/acme/databases";
const read = (headers: Record<string, string> = {}, as = token) => ask(`${repository}/pulls`, { headers, as });
const comment = () => ask(`${repository}/issues/1/comments`, { method: "POST", body: { body: "b" } });

const number = (answer: Response, name: string) => Number(answer.headers.get(`x-ratelimit-${name}`));

beforeEach(async () => {
  github = await startSample({ files: { "README.md": "databases\n" } });
  token = github.tokens.forInstallation();
});
afterEach(() => github.close());

describe("conditional requests", () => {
  test("are answered with 304, without a body, and do not count", async () => {
    const first = await read();
    expect(first.headers.get("etag")).toMatch(/^W\/"[0-9a-f]{64}"$/);
    const again = await read({ "if-none-match": first.headers.get("etag")! });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    expect(number(again, "used")).toBe(number(first, "used"));
    expect(again.headers.get("date")).not.toBeNull();
    const changed = await read({ "if-none-match": 'W/"other", "older"' });
    expect([changed.status, number(changed, "used")]).toEqual([200, number(first, "used") + 1]);
    expect(github.limits.app).toEqual({
      counted: { [`GET ${repository}/pulls`]: 2 },
      unchanged: { [`GET ${repository}/pulls`]: 1 },
      refused: {},
    });
  });

  test("get the whole answer again once anything in it has changed, or the token", async () => {
    const ada = person(github, "ada");
    await ada.push({ branch: "one", edits: { "a.txt": "a\n" } });
    const pull = await ada.openPull("one", "One");
    const known = { "if-none-match": (await read()).headers.get("etag")! };
    expect((await read(known)).status).toBe(304);
    expect((await read(known, github.tokens.forInstallation())).status).toBe(200);
    github.clock.step(1000);
    await ada.comment(pull, "hello");
    const moved = await read(known);
    expect(moved.status).toBe(200);
    // Any push shows in every pull request: its view has the repository's.
    const before = { "if-none-match": moved.headers.get("etag")! };
    github.clock.step(1000);
    await ada.push({ branch: "two", edits: { "b.txt": "b\n" } });
    expect((await read(before)).status).toBe(200);
  });

  test("of a full page stay the same when another page follows it, and do not say so", async () => {
    const ada = person(github, "ada");
    await ada.push({ branch: "one", edits: { "a.txt": "a\n" } });
    await ada.openPull("one", "One");
    await comment();
    const page = (headers: Record<string, string> = {}) =>
      ask(`${repository}/issues/1/comments?per_page=1`, { headers });
    const full = await page();
    await comment();
    const same = await page({ "if-none-match": full.headers.get("etag")! });
    expect([full.headers.get("link"), same.status, same.headers.get("link")]).toEqual([null, 304, null]);
    expect((await page()).headers.get("link")).toContain('rel="next"');
  });
});

describe("the limit of an hour", () => {
  test("is told with each answer, begins anew with the first request after it, and is each identity's own", async () => {
    const first = await read();
    expect(["limit", "remaining", "used"].map((name) => number(first, name))).toEqual([5000, 4999, 1]);
    expect(first.headers.get("x-ratelimit-resource")).toBe("core");
    expect(number(first, "reset") * 1000).toBe(github.clock.now() + HOUR);
    await ask(`${repository}/pulls`, { as: github.token("ada") });
    expect(number(await read(), "used")).toBe(2);
    github.clock.step(HOUR);
    expect(number(await read(), "used")).toBe(1);
    const job = await ask(`${repository}/git/trees/main`, { as: github.tokens.forJob(1, { contents: "read" }) });
    expect(number(job, "limit")).toBe(1000);
  });

  test("refuses what is above it until the reset, conditional or not; asking for it is free", async () => {
    github.limits.set({ hour: 2 });
    const known = { "if-none-match": (await read()).headers.get("etag")! };
    await read();
    const refused = await read(known);
    expect([refused.status, number(refused, "remaining"), refused.headers.get("retry-after")]).toEqual([403, 0, null]);
    expect(await refused.json()).toMatchObject({ message: "API rate limit exceeded for installation ID 70." });
    expect(await (await ask("/rate_limit")).json()).toMatchObject({ rate: { limit: 2, used: 2, remaining: 0 } });
    expect(github.limits.app.refused).toEqual({ [`GET ${repository}/pulls`]: 1 });
    github.clock.step(number(refused, "reset") * 1000 - github.clock.now());
    expect((await read(known)).status).toBe(304);
  });
});

describe("secondary limits", () => {
  test("count a read as 1 point and a write as 5 a minute, and say how long to wait", async () => {
    github.limits.set({ points: 6 });
    await read();
    expect((await ask(`${repository}/issues`, { method: "POST", body: { title: "t" } })).status).toBe(201);
    github.clock.step(20_000);
    const refused = await read();
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([403, "40"]);
    expect(number(refused, "remaining")).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ message: expect.stringContaining("exceeded a secondary rate limit") });
    github.clock.step(40_000);
    expect((await read()).status).toBe(200);
  });

  test("may come without a time to wait, and as 429", async () => {
    github.limits.set({ points: 1, retryAfter: false, status: 429 });
    await read();
    const refused = await read();
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, null]);
  });

  test("admit so many requests that create content in a minute, and in an hour", async () => {
    await ask(`${repository}/issues`, { method: "POST", body: { title: "t" } });
    github.limits.set({ contentMinute: 3, contentHour: 4 });
    const statuses = async (count: number) => {
      const found: number[] = [];
      for (let index = 0; index < count; index += 1) found.push((await comment()).status);
      return found;
    };
    expect(await statuses(3)).toEqual([201, 201, 403]);
    github.clock.step(MINUTE);
    expect(await statuses(2)).toEqual([201, 403]);
    expect((await read()).status).toBe(200);
    github.clock.step(HOUR);
    expect(await statuses(1)).toEqual([201]);
  });

  test("admit so many requests at once", async () => {
    github.limits.set({ atOnce: 2 });
    const { git } = github.state;
    const list = git.tree.bind(git);
    const disk = Promise.withResolvers<void>();
    vi.spyOn(git, "tree").mockImplementation(async (...of) => disk.promise.then(() => list(...of)));
    const slow = Promise.all([1, 2].map(() => ask(TREES.slice("GET ".length))));
    // Both are being answered once there is no place for another one.
    await expect.poll(async () => (await read()).status).toBe(403);
    disk.resolve();
    expect((await slow).map(({ status }) => status)).toEqual([200, 200]);
    expect((await read()).status).toBe(200);
  });
});
