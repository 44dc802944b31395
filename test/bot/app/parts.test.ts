import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createJsonLog } from "../../../bot/adapters/json-log.ts";
import { readSecretFile } from "../../../bot/adapters/secret-file.ts";
import { readBotEnv, requireKnownKey } from "../../../bot/env.ts";
import { GitHubFailure } from "../../../src/github/failure.ts";
import { createReconcileQueue, type Reconciled } from "../../../bot/reconcile/queue.ts";
import { readEvent } from "../../../bot/reconcile/read-event.ts";
import type { SeedbedError } from "../../../src/problem/error.ts";
import { parseSettings } from "../../../src/settings/parse-settings.ts";
import { findObeyed, hostileText } from "../../text/hostile-text.ts";
import { settingsWith } from "./start-world.ts";

const pem = (key: { export(options: object): string | Buffer }) =>
  key.export({ format: "pem", type: "pkcs8" }).toString();
const app = pem(generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey as never);
const pair = generateKeyPairSync("ed25519");
const good = {
  APP_ID: "7",
  PRIVATE_KEY: app,
  WEBHOOK_SECRET: "0123456789abcdef0123456789abcdef",
  SIGNING_KEY: pem(pair.privateKey as never),
  REPOSITORY: "acme/databases",
};

describe("the bot's environment", () => {
  test("has defaults for optional variables and accepts a key on one line", () => {
    const env = readBotEnv(readSecretFile, { ...good, PRIVATE_KEY: app.trim().replaceAll("\n", "\\n") });
    expect(env).toMatchObject({ apiUrl: "https://api.github.com", port: 3000, throttle: true, privateKey: app });
  });

  test.each([
    ["no secret", { WEBHOOK_SECRET: "" }, "WEBHOOK_SECRET (or WEBHOOK_SECRET_FILE) is missing"],
    ["Probot's own default", { WEBHOOK_SECRET: "development" }, "instead of at least 32"],
    ["a default, repeated", { WEBHOOK_SECRET: "development-development-development" }, "is a known default"],
    ["one letter", { WEBHOOK_SECRET: "a".repeat(40) }, "repeats too few characters"],
    ["another kind of key", { SIGNING_KEY: app }, "SIGNING_KEY is not an Ed25519 private key"],
    ["no key at all", { PRIVATE_KEY: "key" }, "PRIVATE_KEY is not an RSA private key"],
    ["a file that is not there", { PRIVATE_KEY_FILE: "/nowhere/key" }, "PRIVATE_KEY_FILE cannot be read"],
    ["no repository", { REPOSITORY: "acme" }, 'REPOSITORY is "acme", which is not valid: expected owner/name'],
    [
      "a sweep that no timer can wait for",
      { SWEEP_MINUTES: "40000" },
      "SWEEP_MINUTES must be a whole number from 1 to 1440",
    ],
    ["no number", { APP_ID: "seven" }, "APP_ID must be a whole number of at least 1"],
  ])("refuses %s, and shows no value of a secret", (_name, change, expected) => {
    let said = "";
    try {
      readBotEnv(readSecretFile, { ...good, ...change });
    } catch (error) {
      said = (error as SeedbedError).message;
    }
    expect(said).toContain(expected);
    expect(said).not.toContain("BEGIN PRIVATE");
  });

  test("its key must be in the settings on main", () => {
    const env = readBotEnv(readSecretFile, good);
    const read = (text: string) => {
      const parsed = parseSettings(text, ".github/seedbed.yml");
      return parsed.ok ? { settings: parsed.value, problems: [] } : { settings: null, problems: parsed.problems };
    };
    const settings = (key: typeof pair.publicKey) => read(settingsWith(key));
    requireKnownKey(env, settings(pair.publicKey));
    const other = generateKeyPairSync("ed25519").publicKey;
    expect(() => requireKnownKey(env, settings(other))).toThrow("do not contain the bot's key k1");
    // Then the key is not what has to be corrected.
    expect(() => requireKnownKey(env, read("version: 2\n"))).toThrow(/cannot be used: \.github\/seedbed\.yml:1:\d+: /);
  });
});

describe("the log", () => {
  test("masks every secret, on one line, escaped or in an error", () => {
    const lines: string[] = [];
    const env = readBotEnv(readSecretFile, good);
    const log = createJsonLog({
      level: "info",
      secrets: env.secrets,
      destination: { write: (line) => void lines.push(line) },
    });
    log.info({ key: env.privateKey, secret: env.webhookSecret }, `a ${env.privateKey.replaceAll("\n", " ")} b`);
    log.error(
      { err: Object.assign(new Error(env.webhookSecret), { request: { headers: { authorization: "token x" } } }) },
      "failed",
    );
    const text = lines.join("");
    for (const secret of [env.webhookSecret, ...app.split("\n").filter((line) => line.length > 40)])
      expect(text).not.toContain(secret);
    expect(text).not.toContain("authorization");
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty("time");
  });
});

test("the log steers no terminal that shows it, and stays one JSON object a line", () => {
  const holds = fc.property(hostileText(), (text) => {
    let line = "";
    const log = createJsonLog({ level: "info", secrets: [], destination: { write: (one) => void (line = one) } });
    log.error({ err: new Error(text), [text]: text }, text);
    expect(findObeyed(line)).toBe("");
    expect(line.trimEnd()).not.toContain("\n");
    expect(JSON.parse(line)).toMatchObject({ err: { message: text } });
  });
  fc.assert(holds);
});

describe("the queue of things to reconcile", () => {
  const start = (reconcile: (key: string) => Promise<Reconciled>, workers = 2) => {
    const failures: string[] = [];
    const pauses: number[] = [];
    const clock = { now: () => 0, sleep: (pause: number) => (pauses.push(pause), Promise.resolve()) };
    const failed = (key: string) => void failures.push(key);
    return { queue: createReconcileQueue({ reconcile, clock, workers, failed }), failures, pauses };
  };

  test("many marks lead to one look, a mark during a look to one more, and a key is never looked at twice at once", async () => {
    const seen: string[] = [];
    let now = 0;
    const { queue } = start(async (key) => {
      now += 1;
      expect(now).toBe(1);
      seen.push(key);
      if (seen.length === 1) for (let index = 0; index < 5; index += 1) queue.mark("a");
      await Promise.resolve();
      now -= 1;
      return "done";
    }, 1);
    for (let index = 0; index < 5; index += 1) queue.mark("a");
    await queue.idle();
    expect(seen).toEqual(["a", "a"]);
  });

  test("a failed look is repeated after growing pauses and finally left to the sweep", async () => {
    let left = 2;
    const { queue, pauses, failures } = start(() => {
      left -= 1;
      return left >= 0 ? Promise.reject(new Error("x")) : Promise.resolve("done");
    });
    queue.mark("a");
    await queue.idle();
    expect(pauses).toEqual([2000, 4000]);
    const endless = start(() => Promise.reject(new Error("x")));
    endless.queue.mark("b");
    await endless.queue.idle();
    expect(endless.failures).toHaveLength(6);
    expect(failures).toHaveLength(2);
  });

  test("a look that met a limit waits as long as it lasts, however often, and no longer than one that it takes with it", async () => {
    const limit = (wait: number) => {
      const cause = { status: 403, message: "limit" };
      return new GitHubFailure("github-limit", "limit", { fix: "", said: "", wait, cause });
    };
    const errors: Error[] = [limit(90_000), new AggregateError([new Error("x"), limit(3_600_000)])];
    const many = Array.from({ length: 8 }, () => limit(120_000));
    const thrown = [...errors, ...many];
    const { queue, pauses } = start(() => {
      const error = thrown.shift();
      return error === undefined ? Promise.resolve("done") : Promise.reject(error);
    });
    queue.mark("a");
    await queue.idle();
    expect(pauses).toEqual([90_000, 3_600_000, ...many.map(() => 120_000)]);
  });

  test("keys that wait for their next attempt take no worker from the others", async () => {
    let wake: () => void = () => undefined;
    const clock = { now: () => 0, sleep: () => new Promise<void>((resolve) => (wake = resolve)) };
    const seen: string[] = [];
    const reconcile = (key: string): Promise<Reconciled> => {
      seen.push(key);
      return seen.length === 1 ? Promise.reject(new Error("x")) : Promise.resolve("done");
    };
    const queue = createReconcileQueue({ reconcile, clock, workers: 1, failed: () => undefined });
    queue.mark("failing");
    await Promise.resolve().then(() => undefined);
    queue.mark("main");
    // Marked again meanwhile: it still waits for its attempt, which is then the only one.
    queue.mark("failing");
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen).toEqual(["failing", "main"]);
    wake();
    await queue.idle();
    expect(seen).toEqual(["failing", "main", "failing"]);
  });

  test("no look starts after a stop", async () => {
    const seen: string[] = [];
    const { queue } = start((key) => (seen.push(key), Promise.resolve("done" as const)));
    await queue.stop();
    queue.mark("a");
    await queue.idle();
    expect(seen).toEqual([]);
  });
});

describe("what to reconcile after a webhook", () => {
  const sha = "a".repeat(40);
  test.each([
    ["pull_request", { action: "opened", number: 3 }, ["pull/3"]],
    ["pull_request", { action: "closed", number: 3 }, ["pull/3", "main"]],
    ["pull_request_review", { action: "submitted", pull_request: { number: 4 } }, ["pull/4"]],
    ["issue_comment", { action: "created", issue: { number: 5, pull_request: {} } }, ["pull/5", "comments/5"]],
    ["issue_comment", { action: "edited", issue: { number: 6 } }, ["comments/6"]],
    ["issue_comment", { action: "deleted", issue: { number: "6/../7" } }, []],
    ["push", { ref: "refs/heads/main" }, ["main", "pulls", "pushes/now"]],
    ["push", { ref: "refs/tags/main" }, []],
    ["workflow_run", { action: "completed" }, ["main"]],
    ["check_run", { action: "rerequested", check_run: { head_sha: sha } }, [`head/${sha}`]],
    ["check_run", { action: "completed", check_run: { head_sha: sha } }, []],
    ["merge_group", { action: "checks_requested", merge_group: { head_sha: sha, base_sha: sha } }, ["merge-groups"]],
    ["merge_group", { action: "checks_requested", merge_group: { head_sha: "../x", base_sha: sha } }, ["merge-groups"]],
    ["merge_group", { action: "destroyed", reason: "merged", merge_group: { head_sha: sha, base_sha: sha } }, []],
    ["pull_request", { action: "opened", number: "3/../4" }, []],
    ["star", { action: "created" }, []],
  ])("%s %j", (name, payload, expected) => {
    expect(readEvent(name, payload, "main")).toEqual(expected);
  });
});
