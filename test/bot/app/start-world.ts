import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DestinationStream } from "pino";
import { createJsonLog } from "../../../bot/adapters/json-log.ts";
import { readSecretFile } from "../../../bot/adapters/secret-file.ts";
import { startBot, type Bot, type BotOptions } from "../../../bot/app.ts";
import { pullFunctions } from "../../../bot/decide/pull/pull-functions.ts";
import { callHere } from "../call-here.ts";
import { readBotEnv } from "../../../bot/env.ts";
import { reconcileMainWith } from "../../../bot/reconcile/main.ts";
import { openFetch } from "../../../src/adapters/http/fetch.ts";
import { fillTemplate } from "../../../src/templates/fill-templates.ts";
import { WorldClock } from "../../world/clock.ts";
import { startGitHub, type GitHub, type GitHubOptions } from "../../world/github/github.ts";
import type { RulesetFile } from "../../world/github/state.ts";

const TOP = join(import.meta.dirname, "../../..");
const APP = { id: 7, slug: "seedbed", installationId: 70 };

/** `main`: the bot also signs permits, starts runs and writes locks, which most tests of pull requests do not need. */
export type StartOptions = Partial<BotOptions> & { main?: boolean };

/** The shipped templates on a simulated GitHub, and bots that can be started, killed and started again. */
export interface BotWorld {
  github: GitHub;
  clock: WorldClock;
  /** The log lines of all bots. */
  lines: string[];
  variables: Record<string, string>;
  start(options?: StartOptions): Promise<Bot>;
  /** Lets so much time pass that every bot looks at everything again on its own. */
  sweep(): void;
  /** Cuts the running bot off from GitHub: its next call never returns. */
  close(): Promise<void>;
}

export function readExample(path: string): string {
  return readFileSync(join(TOP, path), "utf8");
}

/** Files of the example request `hr`. */
export function exampleRequest(): Record<string, string> {
  const folder = "environments/hr";
  return Object.fromEntries(
    ["database_config.yaml", "scripts/mask.sql"].map((path) => [`${folder}/${path}`, readExample(`${folder}/${path}`)]),
  );
}

function template(name: string): string {
  const values = { action: `acme/seedbed@${"a".repeat(40)}`, app: String(APP.id), owner: "acme" };
  return fillTemplate(readExample(`src/templates/${name}`), values);
}

/** The example settings with the public key of this simulated world. */
export function settingsWith(key: KeyObject): string {
  const mine = key.export({ format: "der", type: "spki" }).toString("base64");
  return readExample("test/fixtures/settings.yml").replace(/public_key: \S+/, `public_key: ${mine}`);
}

export async function startWorld(options: Partial<GitHubOptions> = {}): Promise<BotWorld> {
  const folder = await mkdtemp(join(tmpdir(), "seedbed-bot-"));
  const signing = generateKeyPairSync("ed25519");
  const github = await startGitHub({
    folder,
    clock: WorldClock.standing(),
    owner: "acme",
    name: "databases",
    repositoryId: 812345678,
    users: [
      { login: "root", id: 100, role: "admin" },
      { login: "ada", id: 1, role: "write" },
      { login: "grace", id: 2, role: "write" },
      { login: "lin", id: 3, role: "write" },
      { login: "bob", id: 4, role: "write" },
      { login: "eve", id: 5, role: "read" },
    ],
    teams: { dba: ["grace", "lin"], platform: ["root"], "shop-dba": ["lin"] },
    app: APP,
    ruleset: JSON.parse(template("ruleset.json")) as RulesetFile,
    files: {
      "README.md": "Databases by pull request.\n",
      ".github/seedbed.yml": settingsWith(signing.publicKey),
      ".github/workflows/provision.yml": template("provision.yml"),
      ...options.files,
    },
    ...Object.fromEntries(Object.entries(options).filter(([name]) => name !== "files")),
  });
  const lines: string[] = [];
  const destination: DestinationStream = { write: (line: string) => void lines.push(line) };
  const variables = {
    APP_ID: String(github.app.id),
    PRIVATE_KEY: github.app.privateKey,
    WEBHOOK_SECRET: github.app.webhookSecret,
    SIGNING_KEY: signing.privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
    REPOSITORY: "acme/databases",
    GITHUB_API_URL: github.url,
    HOST: "127.0.0.1",
    PORT: "0",
    THROTTLE: "off",
    SWEEP_MINUTES: "5",
    LOG_LEVEL: "debug",
  };
  const running = new Set<Bot>();
  const start = async ({ main = false, ...more }: StartOptions = {}) => {
    const env = readBotEnv(readSecretFile, variables);
    const log = createJsonLog({ level: env.logLevel, secrets: env.secrets, destination });
    const reconcileMain = main
      ? reconcileMainWith({ signingKey: env.signing, log })
      : { run: () => Promise.resolve("done" as const), forgetComments: () => undefined };
    const bot = await startBot({
      env,
      log,
      clock: github.clock,
      fetch: openFetch(env.proxies),
      calls: callHere(pullFunctions),
      reconcileMain,
      ...more,
    });
    github.webhooks.setUrl(bot.url);
    running.add(bot);
    return bot;
  };
  const sweep = () => github.clock.step(Number(variables.SWEEP_MINUTES) * 60_000);
  const close = async () => {
    for (const bot of running) await bot.close();
    await github.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { github, clock: github.clock, lines, variables, start, sweep, close };
}

/** Waits until every webhook is answered and the bot has nothing left to do. */
export function settle({ github }: BotWorld, bot: Bot): Promise<void> {
  return github.webhooks.calm(() => bot.idle());
}
