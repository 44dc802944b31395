import type { Probot } from "probot";
import type { Logger } from "pino";
import type { Clock } from "../src/ports/clock.ts";
import { createProbotApp, openRepository } from "./hub/octokit/probot-client.ts";
import { openWebhookServer } from "./adapters/webhook-server.ts";
import { requireKnownKey, type BotEnv } from "./env.ts";
import type { Hub } from "./hub/hub.ts";
import { reconcile } from "./reconcile/reconcile.ts";
import { reconcilePushesWith } from "./reconcile/pushes.ts";
import { createReconcileQueue, type Reconciled, type ReconcileQueue } from "./reconcile/queue.ts";
import { ALL_PULLS, MAIN, PUSHES } from "./reconcile/keys.ts";
import { readEvent, repositoryOf } from "./reconcile/read-event.ts";
import { readMainSettings, requireMain } from "./observe/pull/read-pull-state.ts";

export interface BotOptions {
  env: BotEnv;
  log: Logger;
  clock: Clock;
  /** Sends every request to GitHub. */
  fetch: typeof fetch;
  /** Reconciles main: permits after merges, runs, results. */
  reconcileMain: (hub: Hub) => Promise<Reconciled>;
}

export interface Bot {
  /** The URL for webhooks. */
  url: string;
  /** Resolves when nothing is waiting or being reconciled. */
  idle(): Promise<void>;
  /** Reconciles main and every open pull request, as the sweep does. */
  sweep(): void;
  /** Accepts no more webhooks, finishes what is being reconciled and closes everything. */
  close(): Promise<void>;
}

const WEBHOOK_PATH = "/api/github/webhooks";

/** Starts the bot: opens its repository, checks its key, listens for webhooks and reconciles everything once. */
export async function startBot({ env, log, clock, fetch, reconcileMain }: BotOptions): Promise<Bot> {
  const probot = createProbotApp({ ...env, fetch, log });
  const hub = await openRepository(probot, { repository: env.repository, clock });
  await requireOwnKey(env, hub);
  const reconcilePushes = reconcilePushesWith(log);
  const queue: ReconcileQueue = createReconcileQueue({
    reconcile: (key) => reconcile({ hub, reconcileMain, reconcilePushes, mark: (marked) => queue.mark(marked) }, key),
    clock,
    workers: 4,
    failed: (key, { error, attempt, next }) => log.warn({ err: error, key, attempt, next }, "reconciliation failed"),
  });
  listenForEvents(probot, { hub, queue, log });
  const server = await openWebhookServer({ ...env, log }, await probot.getNodeMiddleware({ path: WEBHOOK_PATH }));
  const sweep = () => [MAIN, ALL_PULLS, PUSHES].forEach((key) => queue.mark(key));
  const timer = setInterval(sweep, env.sweepMinutes * 60_000);
  sweep();
  return {
    url: `http://127.0.0.1:${server.port}${WEBHOOK_PATH}`,
    idle: () => queue.idle(),
    sweep,
    close: async () => {
      clearInterval(timer);
      await Promise.all([server.close(), queue.stop()]);
      log.info("stopped");
    },
  };
}

async function requireOwnKey(env: BotEnv, hub: Hub): Promise<void> {
  requireKnownKey(env, await readMainSettings(await hub.git.treeAt(await requireMain(hub))));
}

/** A webhook is only a hint what to reconcile: apart from its repository and numbers, nothing in it is trusted. */
function listenForEvents(probot: Probot, { hub, queue, log }: { hub: Hub; queue: ReconcileQueue; log: Logger }): void {
  probot.onAny((event) => {
    const { id, name, payload } = event as { id: string; name: string; payload: object };
    const { id: ours, defaultBranch } = hub.repository;
    const keys = repositoryOf(payload) === ours ? readEvent(name, payload, defaultBranch) : [];
    log.debug({ delivery: id, event: name, keys }, "webhook");
    for (const key of keys) queue.mark(key);
  });
}
