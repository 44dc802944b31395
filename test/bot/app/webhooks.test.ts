import { createHmac } from "node:crypto";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Bot } from "../../../bot/app.ts";
import { person } from "../../world/github/person.ts";
import { exampleRequest, settle, startWorld, type BotWorld } from "./start-world.ts";

describe("webhooks are hints", () => {
  let world: BotWorld;
  let bot: Bot;
  beforeAll(async () => {
    world = await startWorld();
    bot = await world.start();
  });
  afterAll(() => world.close());

  const post = (body: string, headers: Record<string, string> = {}) =>
    fetch(bot.url, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", "x-github-event": "push", "x-github-delivery": "d", ...headers },
    });
  const sign = (body: string, secret = world.github.app.webhookSecret) => ({
    "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
  });
  const final = () => ({
    branch: world.github.state.git.git(["log", "--format=%an", "main..add-hr"]),
    comments: world.github.state.comments.length,
    checks: world.github.state.checkRuns
      .filter(({ headSha }) => headSha === world.github.state.pulls[0]?.headSha)
      .map(({ name, conclusion }) => `${name} ${conclusion}`)
      .toSorted(),
  });

  test("are refused and have no effect without a signature, with a forged one, or if too large", async () => {
    await settle(world, bot);
    const calls = () => Object.values(world.github.calls.counts).reduce((sum, count) => sum + count, 0);
    const before = calls();
    const body = JSON.stringify({ ref: "refs/heads/main", repository: { id: 812345678 } });
    expect((await post(body)).status).toBe(400);
    expect((await post(body, sign(body, "development"))).status).toBe(400);
    expect((await post(`${body} `, sign(body))).status).toBe(400);
    expect((await post("{", sign("{"))).status).toBe(400);
    const large = "x".repeat(5 * 1024 * 1024);
    expect(
      await post(large, sign(large)).then(
        ({ status }) => status,
        () => 413,
      ),
    ).toBe(413);
    const stranger = JSON.stringify({ ref: "refs/heads/main", repository: { id: 812345679 } });
    expect((await post(stranger, sign(stranger))).status).toBe(200);
    const odd = JSON.stringify({ action: "opened", number: "12; rm -rf", repository: { id: 812345678 } });
    expect((await post(odd, { ...sign(odd), "x-github-event": "pull_request" })).status).toBe(200);
    await bot.idle();
    expect(calls()).toBe(before);
    expect((await fetch(bot.url.replace(/\/api.*/, "/healthz"))).status).toBe(200);
    expect((await fetch(bot.url.replace(/\/api.*/, "/elsewhere"))).status).toBe(404);
  });

  test("one that breaks off is written down, and the next one is answered", async () => {
    const { hostname, port, pathname } = new URL(bot.url);
    const socket = connect(Number(port), hostname);
    socket.write(`POST ${pathname} HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{`, () => socket.destroy());
    await expect.poll(() => world.lines.some((line) => line.includes("request not answered"))).toBe(true);
    expect((await fetch(bot.url.replace(/\/api.*/, "/healthz"))).status).toBe(200);
  });

  test("lead to one commit, one comment and three checks when delayed, reordered and repeated", async () => {
    const { webhooks } = world.github;
    const release = webhooks.hold((deliveries) => [...deliveries, ...deliveries].toReversed());
    const ada = person(world.github, "ada");
    await ada.push({ branch: "add-hr", edits: exampleRequest() });
    await ada.openPull("add-hr", "Add hr");
    webhooks.double(5);
    await release();
    await settle(world, bot);
    expect(await final().branch).toBe("seedbed[bot]\nada\n");
    expect(final().comments).toBe(1);
    expect(final().checks).toEqual([
      "seedbed/dba-approval action_required",
      "seedbed/render success",
      "seedbed/validate success",
    ]);
  });

  test("can be lost: the sweep finds the changes", async () => {
    world.github.webhooks.drop(1000);
    const edits = { "environments/hr/manifests/statefulset.yaml": "kind: Secret\n" };
    await person(world.github, "bob").push({ branch: "add-hr", edits });
    await settle(world, bot);
    const changed = world.github.state.pulls[0]!.headSha;
    expect(world.github.state.checkRuns.filter(({ headSha }) => headSha === changed)).toEqual([]);
    world.sweep();
    await settle(world, bot);
    expect(await final().branch).toBe("seedbed[bot]\nbob\nseedbed[bot]\nada\n");
    expect(final().checks).toContain("seedbed/render success");
    expect(await world.github.state.git.git(["diff", "--stat", "add-hr", "add-hr~2", "--", "environments"])).toBe("");
    world.github.webhooks.drop(-1000);
  });

  test("lead to the same result with rate limits and broken answers", async () => {
    const { faults } = world.github;
    faults.next({ method: "POST", path: /check-runs$/, times: 1, status: 502, afterWrite: true });
    faults.next({ method: "POST", path: /check-runs$/, times: 1, status: 403, headers: { "retry-after": "1" } });
    faults.next({ method: "PATCH", path: /git\/refs/, times: 1, status: 504, afterWrite: true });
    faults.next({ method: "GET", path: /reviews$/, times: 2, status: 503 });
    faults.next({ method: "GET", path: /pulls\/1$/, times: 1, status: 429, headers: { "retry-after": "1" } });
    const text = exampleRequest()["environments/hr/database_config.yaml"]!.replace(
      "open_cursors: 500",
      "open_cursors: 600",
    );
    await person(world.github, "ada").push({
      branch: "add-hr",
      edits: { "environments/hr/database_config.yaml": text },
    });
    await settle(world, bot);
    expect(await final().branch).toBe("seedbed[bot]\nada\nseedbed[bot]\nbob\nseedbed[bot]\nada\n");
    expect(final().comments).toBe(1);
    expect(final().checks).toHaveLength(3);
    expect(world.github.calls.violations).toEqual([]);
  });
});
