import { addTimers } from "./adapters/bot-clock.ts";
import { createJsonLog } from "./adapters/json-log.ts";
import { readSecretFile } from "./adapters/secret-file.ts";
import { openWorkerPool } from "./adapters/worker-pool.ts";
import { startBot } from "./app.ts";
import type { PullFunctions } from "./decide/pull/pull-functions.ts";
import { readBotEnv, type BotEnv } from "./env.ts";
import { reconcileMainWith } from "./reconcile/main.ts";
import { openFetch } from "../src/adapters/http/fetch.ts";
import { systemClock } from "../src/adapters/process/clock.ts";
import { sayLastWords } from "../src/adapters/process/last-words.ts";
import { describeError } from "../src/problem/describe-error.ts";

/** The bot's process: reads the environment, starts the bot and stops it on a signal. */
async function main(): Promise<void> {
  const env = readBotEnv(readSecretFile);
  const log = createJsonLog({ level: env.logLevel, secrets: env.secrets });
  sayLastWords((error) => log.fatal({ err: error }, "the bot ended by an error that nobody caught"));
  const bot = await startOrSay(env, log);
  if (bot === null) return;
  const stop = (signal: string) => {
    log.info({ signal }, "stopping");
    bot.close().catch((error: unknown) => {
      log.error({ err: error }, "the bot did not stop in order");
      process.exitCode = 1;
    });
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  // Last: whoever reads it may count on a stop in order. Before, a signal ends the process at once, which loses nothing.
  const { owner, name } = env.repository;
  log.info({ repository: `${owner}/${name}`, port: Number(new URL(bot.url).port) }, "listening");
}

/** For each call: the largest pull request that is judged at all takes some seconds and 100 MiB, and a busy machine gets more. */
const LIMITS = { milliseconds: 30_000, megabytes: 128 };

/** Two, so that one pull request that takes all its time does not hold up the others. */
function openThreads() {
  const entry = new URL("./decide-worker.ts", import.meta.url);
  return openWorkerPool<PullFunctions>({ entry, threads: 2, ...LIMITS });
}

async function startOrSay(env: BotEnv, log: ReturnType<typeof createJsonLog>) {
  const reconcileMain = reconcileMainWith({ signingKey: env.signing, log });
  try {
    const clock = addTimers(systemClock);
    return await startBot({ env, log, clock, fetch: openFetch(env.proxies), calls: openThreads(), reconcileMain });
  } catch (error) {
    log.fatal({ err: error }, "the bot could not start");
    process.exitCode = 1;
    return null;
  }
}

main().catch((error: unknown) => {
  process.stderr.write(describeError(error));
  process.exitCode = 1;
});
