import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Probot } from "probot";
import type { Logger } from "pino";
import type { Clock } from "../src/ports.ts";
import { createProbotApp, openRepository } from "./adapters/probot-client.ts";
import { requireKnownKey, type BotEnv } from "./env.ts";
import type { Hub } from "./hub.ts";
import { look } from "./run/look.ts";
import { createLookQueue, type Looked, type LookQueue } from "./run/look-queue.ts";
import { ALL_PULLS, MAIN, readEvent, repositoryOf } from "./run/read-event.ts";
import { readMainSettings } from "./run/read-pull-state.ts";

export interface BotOptions {
  env: BotEnv;
  log: Logger;
  clock: Clock;
  /** Permits after merges, runs, results: looks at main and writes what differs. */
  lookAtMain: (hub: Hub) => Promise<Looked>;
}

export interface Bot {
  /** Where webhooks go. */
  url: string;
  /** Resolves when nothing waits and nothing runs. */
  idle(): Promise<void>;
  /** Looks at main and every open pull request, as the sweep does. */
  sweep(): void;
  /** Takes no more webhooks, finishes what runs, closes everything. */
  close(): Promise<void>;
}

const WEBHOOK_PATH = "/api/github/webhooks";
/** GitHub sends at most 25 MB, and cuts nothing; what is read here is a few kilobytes, and a refused hint is found by the sweep. */
const LARGEST_BODY = 4 * 1024 * 1024;

/** Starts the bot: opens its repository, checks its key, listens, and looks at everything once. */
export async function startBot({ env, log, clock, lookAtMain }: BotOptions): Promise<Bot> {
  const probot = createProbotApp({ ...env, log });
  const hub = await openRepository(probot, { repository: env.repository, clock });
  await requireOwnKey(env, hub);
  const queue: LookQueue = createLookQueue({
    look: (key) => look({ hub, lookAtMain, mark: queue.mark }, key),
    clock,
    workers: 4,
    failed: (key, { error, attempt, next }) => log.warn({ err: error, key, attempt, next }, "look failed"),
  });
  listenForEvents(probot, { hub, queue, log });
  const server = await listen(env, await probot.getNodeMiddleware({ path: WEBHOOK_PATH }));
  const sweep = () => [MAIN, ALL_PULLS].forEach((key) => queue.mark(key));
  const timer = setInterval(sweep, env.sweepMinutes * 60_000);
  sweep();
  const { port } = server.address() as AddressInfo;
  log.info({ repository: `${hub.repository.owner}/${hub.repository.name}`, port }, "listening");
  return {
    url: `http://127.0.0.1:${port}${WEBHOOK_PATH}`,
    idle: queue.idle,
    sweep,
    close: async () => {
      clearInterval(timer);
      await Promise.all([closeServer(server), queue.stop()]);
      log.info("stopped");
    },
  };
}

async function requireOwnKey(env: BotEnv, hub: Hub): Promise<void> {
  const main = await hub.git.head(hub.repository.defaultBranch);
  const settings = main === null ? null : await readMainSettings(await hub.git.treeAt(main));
  requireKnownKey(env, settings?.settings ?? null);
}

/** A webhook is a hint: its repository is compared, its numbers are marked, and nothing else of it is believed. */
function listenForEvents(probot: Probot, { hub, queue, log }: { hub: Hub; queue: LookQueue; log: Logger }): void {
  const ours = `${hub.repository.owner}/${hub.repository.name}`.toLowerCase();
  probot.onAny((event) => {
    const { id, name, payload } = event as { id: string; name: string; payload: object };
    const keys = repositoryOf(payload) === ours ? readEvent(name, payload, hub.repository.defaultBranch) : [];
    log.debug({ delivery: id, event: name, keys }, "webhook");
    for (const key of keys) queue.mark(key);
  });
}

type Middleware = Awaited<ReturnType<Probot["getNodeMiddleware"]>>;

function listen(env: BotEnv, middleware: Middleware): Promise<Server> {
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, (request, response) => {
    answer(request, response, middleware).catch(() => response.destroy());
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(env.port, env.host, () => resolve(server));
  });
}

async function answer(request: IncomingMessage, response: ServerResponse, middleware: Middleware): Promise<void> {
  if (request.url === "/healthz" && request.method === "GET") return send(response, 200, "ok\n");
  const body = await readBody(request);
  if (body === null) return send(response, 413, "too large\n");
  // The signature is over these bytes; Octokit's middleware takes them from here instead of from the stream.
  await middleware(Object.assign(request, { body }), response, () => send(response, 404, "not found\n"));
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  if (Number(request.headers["content-length"] ?? 0) > LARGEST_BODY) return null;
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > LARGEST_BODY) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function send(response: ServerResponse, status: number, text: string): void {
  // A body that was not read to its end cannot be followed by another request.
  response
    .writeHead(status, { "content-type": "text/plain", ...(status === 413 ? { connection: "close" } : {}) })
    .end(text);
}

function closeServer(server: Server): Promise<void> {
  server.closeIdleConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
