import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { keepAnswers } from "../../../bot/hub/octokit/keep-answers.ts";
import { person, type Person } from "../../world/github/person.ts";
import { renewToken } from "./renew-token.ts";
import { startHub, type HubWorld } from "./start-hub.ts";

describe("what the bot reads again", () => {
  let world: HubWorld;
  let ada: Person;
  let pull: number;
  beforeEach(async () => {
    world = await startHub({ users: ["ada", "grace"].map((login, id) => ({ login, id: id + 1, role: "write" })) });
    ada = person(world.github, "ada");
    await ada.push({ branch: "one", edits: { "a.txt": "a\n" } });
    pull = await ada.openPull("one", "One");
  });
  afterEach(async () => {
    vi.useRealTimers();
    expect(world.github.calls.violations).toEqual([]);
    await world.close();
  });

  /** What reading costs: calls that count, and answers 304. */
  async function costOf(read: () => Promise<unknown>): Promise<{ counted: number; unchanged: number }> {
    const sum = (of: Record<string, number>) => Object.values(of).reduce((total, count) => total + count, 0);
    const { counted, unchanged } = world.github.limits.app;
    const before = [sum(counted), sum(unchanged)] as const;
    await read();
    return { counted: sum(counted) - before[0], unchanged: sum(unchanged) - before[1] };
  }

  test("does not count while it is the same, and is read whole once it is not", async () => {
    const { hub, github } = world;
    const readAll = async () => [
      await hub.git.head("main"),
      await hub.pulls.open(),
      await hub.pulls.get(pull),
      await hub.pulls.comments(pull),
      await hub.people.teamMembers("acme/dba"),
      await hub.people.branchRules("main"),
      await hub.checks.list((await hub.pulls.get(pull)).head.sha),
      await hub.actions.runs({ limit: 10 }),
    ];
    // Who looks at a pull request has GitHub test its merge, and lists name that commit from then on.
    await hub.pulls.get(pull);
    const first = await readAll();
    let second: unknown;
    expect(await costOf(async () => (second = await readAll()))).toEqual({ counted: 0, unchanged: 9 });
    expect(second).toEqual(first);
    await person(github, "grace").comment(pull, "hello");
    expect(await costOf(() => hub.pulls.comments(pull))).toEqual({ counted: 1, unchanged: 0 });
    expect((await hub.pulls.comments(pull)).map(({ body }) => body)).toEqual(["hello"]);
  });

  test("counts once where several ask for it at the same time, and each of them gets what is there then", async () => {
    const { hub } = world;
    const heads = () => Promise.all([1, 2, 3, 4].map(() => hub.git.head("one")));
    expect(await costOf(heads)).toEqual({ counted: 1, unchanged: 3 });
    const before = await heads();
    const first = hub.git.head("one");
    const pushed = ada.push({ branch: "one", edits: { "a.txt": "b\n" } });
    expect([before[0], (await pushed).sha]).toContain(await first);
    expect(new Set(await heads())).toEqual(new Set([(await pushed).sha]));
  });

  test("comes from GitHub's time of now, also where the content is from before", async () => {
    const { hub, github } = world;
    await hub.git.head("main");
    github.clock.step(3_600_000);
    expect(await costOf(() => hub.git.head("main"))).toEqual({ counted: 0, unchanged: 1 });
    const asked = github.calls.counts["GET /rate_limit"] ?? 0;
    expect(await hub.gitHubTime()).toBe(github.clock.now());
    expect(github.calls.counts["GET /rate_limit"] ?? 0).toBe(asked);
    expect(hub.callsLeft()).toMatchObject({ all: 5000, left: 5000 });
  });

  test("is found on as many pages as there are now", async () => {
    const { hub } = world;
    const write = async (count: number) => {
      for (let index = 0; index < count; index += 1) await ada.comment(pull, "more");
    };
    const count = async () => (await hub.pulls.comments(pull)).length;
    await write(99);
    expect([await count(), await count()]).toEqual([99, 99]);
    await write(1);
    expect([await count(), await count()]).toEqual([100, 100]);
    // The first page is the same as before, and now there is another one.
    await write(1);
    expect([await count(), await count()]).toEqual([101, 101]);
    expect(await costOf(count)).toEqual({ counted: 0, unchanged: 2 });
  });

  test("counts once more after an hour, when the token was renewed", async () => {
    const { hub } = world;
    const read = () => hub.pulls.comments(pull);
    await read();
    expect(await costOf(read)).toEqual({ counted: 0, unchanged: 1 });
    renewToken();
    expect(await costOf(read)).toEqual({ counted: 1, unchanged: 0 });
    expect(await costOf(read)).toEqual({ counted: 0, unchanged: 1 });
  });
});

describe("a fetch that keeps answers", () => {
  const sent: (string | undefined)[] = [];
  const FULL = JSON.stringify(Array.from({ length: 100 }, (_, index) => index));
  const JSON_TYPE = "application/json; charset=utf-8";

  interface Given {
    tag?: null;
    body?: string;
    headers?: Record<string, string>;
    status?: number;
    /** Where a redirect led. */
    from?: string;
  }

  /** A server that answers with a tag, and 304 to whoever has it. */
  function serve({ body = "{}", headers = {}, status = 200, from, tag }: Given, limit?: number): typeof fetch {
    sent.length = 0;
    const all = { "content-type": JSON_TYPE, ...(tag === null ? {} : { etag: 'W/"1"' }), ...headers };
    const send = (to: string, init?: RequestInit) => {
      const known = new Headers(init?.headers).get("if-none-match");
      sent.push(known ?? undefined);
      const answer =
        known === null
          ? new Response(body, { status, headers: all })
          : new Response(null, { status: 304, headers: { etag: 'W/"1"', date: "later" } });
      return Promise.resolve(Object.defineProperty(answer, "url", { value: from ?? to }));
    };
    return keepAnswers(send as typeof fetch, limit);
  }

  async function askTwice(ask: typeof fetch, url = "https://api.example/a", init: RequestInit = {}) {
    await ask(url, init);
    const again = await ask(url, init);
    return { status: again.status, text: await again.text(), headers: Object.fromEntries(again.headers), sent };
  }

  test("returns the kept body, with the headers of now where they do not describe it", async () => {
    const link = '<https://api.example/a?page=2>; rel="next"';
    expect(await askTwice(serve({ body: '{"a":"ä"}', headers: { date: "earlier", link } }))).toEqual({
      status: 200,
      text: '{"a":"ä"}',
      headers: { "content-type": JSON_TYPE, date: "later", etag: 'W/"1"', link },
      sent: [undefined, 'W/"1"'],
    });
  });

  test.each<[string, Given, string?, string?]>([
    ["a redirect's target", { from: "https://storage.example/key" }],
    ["a file", { headers: { "content-type": "application/zip" } }],
    ["a git object", {}, "https://api.example/repos/a/b/git/blobs/0"],
    ["a write", {}, "https://api.example/a", "POST"],
    ["a full last page", { body: FULL }, "https://api.example/a?per_page=100"],
    ["an answer without a tag", { tag: null }],
    ["a refusal", { status: 404 }],
  ])("does not keep %s", async (_what, given, url, method = "GET") => {
    expect((await askTwice(serve(given), url, { method })).sent).toEqual([undefined, undefined]);
  });

  test.each<[string, Given, number]>([
    ["that another follows", { body: FULL, headers: { link: '<https://api.example/a?page=2>; rel="next"' } }, 100],
    ["that is not full", { body: "[1]" }, 100],
    ["of a list of which no more is wanted", { body: "[1]" }, 1],
  ])("keeps a page %s", async (_what, given, size) => {
    expect((await askTwice(serve(given), `https://api.example/a?per_page=${size}`)).sent).toEqual([undefined, 'W/"1"']);
  });

  test("asks again for what failed, also for whoever waited for it", async () => {
    let failures = 0;
    const ask = keepAnswers((() => {
      failures += 1;
      return failures === 1 ? Promise.reject(new Error("cut")) : Promise.resolve(new Response("{}"));
    }) as unknown as typeof fetch);
    const [first, second] = await Promise.allSettled([ask("https://api.example/a"), ask("https://api.example/a")]);
    expect([first.status, second.status, failures]).toEqual(["rejected", "fulfilled", 2]);
  });

  test("tells forms of an answer apart", async () => {
    const ask = serve({});
    await ask("https://api.example/a", { headers: { accept: "one" } });
    await ask("https://api.example/a", { headers: { accept: "other" } });
    expect(sent).toEqual([undefined, undefined]);
  });

  test("drops what was used least recently, and what alone is too large", async () => {
    // Compressed, each of the bodies has 22 bytes.
    const ask = serve({}, 50);
    for (const name of ["a", "b", "a", "c", "a", "b"]) await ask(`https://api.example/${name}`);
    expect(sent).toEqual([undefined, undefined, 'W/"1"', undefined, 'W/"1"', undefined]);
    expect((await askTwice(serve({}, 10))).sent).toEqual([undefined, undefined]);
  });
});
