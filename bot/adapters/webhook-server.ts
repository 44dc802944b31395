import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Probot } from "probot";
import type { Logger } from "pino";

/** Where the bot listens. */
export interface WebhookServer {
  port: number;
  /** Takes nothing more and resolves when the last answer is sent. */
  close(): Promise<void>;
}

/** GitHub sends up to 25 MB, but the parts that are used are a few kilobytes; the sweep makes up for a refused webhook. */
const LARGEST_BODY = 4 * 1024 * 1024;

type Middleware = Awaited<ReturnType<Probot["getNodeMiddleware"]>>;

export interface WebhookServerOptions {
  host: string;
  port: number;
  log: Pick<Logger, "warn">;
}

/** Listens for webhooks, and answers `/healthz`. Port 0 takes a free one. */
export async function openWebhookServer(
  { host, port, log }: WebhookServerOptions,
  middleware: Middleware,
): Promise<WebhookServer> {
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, (request, response) => {
    answer(request, response, middleware).catch((error: unknown) => {
      log.warn({ err: error, method: request.method, url: request.url }, "request not answered");
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return { port: (server.address() as AddressInfo).port, close: () => closeServer(server) };
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
  // After a body that was not read completely, the connection cannot be reused.
  response
    .writeHead(status, { "content-type": "text/plain", ...(status === 413 ? { connection: "close" } : {}) })
    .end(text);
}

function closeServer(server: Server): Promise<void> {
  server.closeIdleConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
