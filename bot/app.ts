import type { Probot } from "probot";
import type { Logger } from "pino";
import { createProbotApp, openRepository } from "./adapters/probot-client.ts";
import { openWebhookServer } from "./adapters/webhook-server.ts";
import type { BotClock } from "./clock.ts";
import { requireKnownKey, type BotEnv } from "./env.ts";
import type { Hub } from "./hub.ts";
import { look } from "./run/look.ts";
import { createPushLook } from "./run/look-at-pushes.ts";
import { createLookQueue, type Looked, type LookQueue } from "./run/look-queue.ts";
import { ALL_PULLS, MAIN, PUSHES } from "./run/keys.ts";
import { readEvent, repositoryOf } from "./run/read-event.ts";
import { readMainSettings, requireMain } from "./run/read-pull-state.ts";

export interface BotOptions {
  env: BotEnv;
  log: Logger;
  clock: BotClock;
  /** Looks at main: permits after merges, runs, results. */
  lookAtMain: (hub: Hub) => Promise<Looked>;
}

export interface Bot {
  /** The URL for webhooks. */
  url: string;
  /** Resolves when no look is waiting or running. */
  idle(): Promise<void>;
  /** Accepts no more webhooks, finishes the running looks and closes everything. */
  close(): Promise<void>;
}

const WEBHOOK_PATH = "/api/github/webhooks";

/** Starts the bot: opens its repository, checks its key, listens for webhooks and looks at everything once. */
export async function startBot({ env, log, clock, lookAtMain }: BotOptions): Promise<Bot> {
  const probot = createProbotApp({ ...env, log });
  const hub = await openRepository(probot, { repository: env.repository, clock });
  await requireOwnKey(env, hub);
  const lookAtPushes = createPushLook(log);
  const queue: LookQueue = createLookQueue({
    look: (key) => look({ hub, lookAtMain, lookAtPushes, mark: (marked) => queue.mark(marked) }, key),
    clock,
    workers: 4,
    failed: (key, { error, attempt, next }) => log.warn({ err: error, key, attempt, next }, "look failed"),
  });
  const mark = (keys: readonly string[]) => {
    for (const key of keys) queue.mark(key);
    void queue.idle().then(() => log.debug("nothing left to look at"));
  };
  listenForEvents(probot, { hub, mark, log });
  const server = await openWebhookServer({ ...env, log }, await probot.getNodeMiddleware({ path: WEBHOOK_PATH }));
  const sweep = () => {
    const keys = [MAIN, ALL_PULLS, PUSHES];
    log.debug({ keys }, "sweep");
    mark(keys);
  };
  const endSweeps = clock.every(env.sweepMinutes * 60_000, sweep);
  sweep();
  return {
    url: `http://127.0.0.1:${server.port}${WEBHOOK_PATH}`,
    idle: () => queue.idle(),
    close: async () => {
      endSweeps();
      await Promise.all([server.close(), queue.stop()]);
      log.info("stopped");
    },
  };
}

async function requireOwnKey(env: BotEnv, hub: Hub): Promise<void> {
  requireKnownKey(env, await readMainSettings(await hub.git.treeAt(await requireMain(hub))));
}

interface EventPorts {
  hub: Hub;
  mark: (keys: readonly string[]) => void;
  log: Logger;
}

/** A webhook is only a hint what to look at: apart from its repository and numbers, nothing in it is trusted. */
function listenForEvents(probot: Probot, { hub, mark, log }: EventPorts): void {
  probot.onAny((event) => {
    const { id, name, payload } = event as { id: string; name: string; payload: object };
    const { id: ours, defaultBranch } = hub.repository;
    const keys = repositoryOf(payload) === ours ? readEvent(name, payload, defaultBranch) : [];
    log.debug({ delivery: id, event: name, keys }, "webhook");
    if (keys.length > 0) mark(keys);
  });
}
