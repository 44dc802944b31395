import type { Probot } from "probot";
import type { Logger } from "pino";
import { createProbotApp, openRepository } from "./hub/octokit/probot-client.ts";
import { openWebhookServer } from "./adapters/webhook-server.ts";
import type { BotClock } from "./clock.ts";
import { requireKnownKey, type BotEnv } from "./env.ts";
import type { Hub } from "./hub/hub.ts";
import { reconcile, type ReconcilePorts } from "./reconcile/reconcile.ts";
import type { MainReconciliation } from "./reconcile/main.ts";
import { createPullJudge } from "./reconcile/pull-judge.ts";
import type { PullFunctions } from "./decide/pull/pull-functions.ts";
import type { PureCalls } from "./pure-calls.ts";
import { PullLooks } from "./reconcile/pull-looks.ts";
import { reconcilePushesWith } from "./reconcile/pushes.ts";
import { createReconcileQueue, type ReconcileQueue } from "./reconcile/queue.ts";
import { ALL_PULLS, MAIN, PUSHES } from "./reconcile/keys.ts";
import { readEvent, repositoryOf } from "./reconcile/read-event.ts";
import { readMainSettings, requireMain } from "./observe/pull/read-pull-state.ts";

export interface BotOptions {
  env: BotEnv;
  log: Logger;
  clock: BotClock;
  /** Sends every request to GitHub. */
  fetch: typeof fetch;
  /** Reconciles main: permits after merges, runs, results. */
  /** Computes what strangers' files say, for a limited time; it is closed with the bot. */
  calls: PureCalls<PullFunctions>;
  reconcileMain: MainReconciliation;
}

export interface Bot {
  /** The URL for webhooks. */
  url: string;
  /** Resolves when nothing is waiting or being reconciled. */
  idle(): Promise<void>;
  /** Accepts no more webhooks, finishes what is being reconciled and closes everything. */
  close(): Promise<void>;
}

const WEBHOOK_PATH = "/api/github/webhooks";

/** Starts the bot: opens its repository, checks its key, listens for webhooks and reconciles everything once. */
export async function startBot({ env, log, clock, fetch, calls, reconcileMain }: BotOptions): Promise<Bot> {
  const probot = createProbotApp({ ...env, fetch, log });
  const hub = await openRepository(probot, { repository: env.repository, clock });
  await requireOwnKey(env, hub);
  const rest = { looks: new PullLooks(), judge: createPullJudge(calls), reconcilePushes: reconcilePushesWith(log) };
  const ports: ReconcilePorts = { hub, reconcileMain, ...rest, mark: (key) => queue.mark(key) };
  const queue: ReconcileQueue = createReconcileQueue({
    reconcile: (key, waits) => reconcile(ports, key, waits),
    clock,
    workers: 4,
    failed: (key, { error, attempt, next }) => log.warn({ err: error, key, attempt, next }, "reconciliation failed"),
  });
  const mark = (keys: readonly string[]) => {
    for (const key of keys) queue.mark(key);
    void queue.idle().then(() => log.debug("nothing left to reconcile"));
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
      await calls.close();
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

/** A webhook is only a hint what to reconcile: apart from its repository and numbers, nothing in it is trusted. */
function listenForEvents(probot: Probot, { hub, mark, log }: EventPorts): void {
  probot.onAny((event) => {
    const { id, name, payload } = event as { id: string; name: string; payload: object };
    const { id: ours, defaultBranch } = hub.repository;
    const keys = repositoryOf(payload) === ours ? readEvent(name, payload, defaultBranch) : [];
    log.debug({ delivery: id, event: name, keys }, "webhook");
    if (keys.length > 0) mark(keys);
  });
}
