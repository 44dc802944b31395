import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Proxies } from "../../http/proxies.ts";
import { openAgents, type Way } from "../http/agents.ts";
import { explainProxyFailure, refuseLogin } from "../http/proxy-failure.ts";
import { feedRequest } from "./request-body.ts";
import { Watchdog } from "./watchdog.ts";

/** One HTTP request. A Buffer is sent with its length, an iterable with `Transfer-Encoding: chunked`. */
export interface HttpCall {
  method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  url: URL;
  headers: Record<string, string>;
  body?: Buffer | AsyncIterable<Buffer> | undefined;
  signal?: AbortSignal | undefined;
}

export interface HttpReply {
  status: number;
  statusText: string;
  headers: IncomingHttpHeaders;
  url: URL;
  /** The bytes as they arrive; reading to the end releases the connection. */
  body(): AsyncIterable<Buffer>;
  /** Reads at most `limit` bytes as text and closes the connection. */
  text(limit: number): Promise<string>;
  /** Reads what nobody needs, so that the connection can be reused. A failure costs the connection and nothing else. */
  release(): Promise<void>;
  /** Closes the connection without reading. */
  discard(): void;
}

export interface Transport {
  send(call: HttpCall): Promise<HttpReply>;
  close(): void;
}

export interface TransportOptions {
  /** How long the peer may take to respond. */
  idleMilliseconds: number;
  proxies: Proxies;
}

/**
 * HTTP with node:http: `fetch` neither reports when the peer stops reading nor returns a response that arrives before
 * the body has been sent, and large uploads need both. The caller handles redirects.
 */
export function openTransport(options: TransportOptions): Transport {
  const agents = openAgents(options.proxies);
  return {
    send: async (call) => sendCall(call, agents.of(call.url), options),
    close: agents.close,
  };
}

function sendCall(call: HttpCall, way: Way, { idleMilliseconds: idle, proxies }: TransportOptions): Promise<HttpReply> {
  call.signal?.throwIfAborted();
  const request = openRequest(call, way);
  const { url } = call;
  const { proxy } = way;
  const watchdog = new Watchdog(idle, (error) => request.destroy(error));
  return new Promise<HttpReply>((resolve, reject) => {
    const body = feedRequest(request, call.body, watchdog);
    request.on("error", (error) => {
      watchdog.disarm();
      body.halt();
      reject(call.signal?.aborted ? call.signal.reason : explainProxyFailure(error, { url, proxy, proxies }));
    });
    request.on("response", (message) => {
      watchdog.disarm();
      // A response before the last byte is final (413, 401, 503): the server does not read the rest.
      const complete = body.halt();
      const login = message.statusCode === 407 ? refuseLogin({ url, proxy }) : null;
      if (login !== null) {
        request.destroy();
        reject(login);
        return;
      }
      resolve(makeReply({ call, request, message, watchdog, complete }));
    });
  });
}

function openRequest(call: HttpCall, { agent }: Way): ClientRequest {
  const { method, headers, signal, url } = call;
  return (url.protocol === "https:" ? httpsRequest : httpRequest)(url, { method, headers, signal, agent });
}

interface Exchange {
  call: HttpCall;
  request: ClientRequest;
  message: IncomingMessage;
  watchdog: Watchdog;
  /** The whole request body was sent, so the connection can be reused. */
  complete: boolean;
}

function makeReply(exchange: Exchange): HttpReply {
  const { message, request, call } = exchange;
  return {
    status: message.statusCode ?? 0,
    statusText: message.statusMessage ?? "",
    headers: message.headers,
    url: call.url,
    body: () => readBody(exchange),
    text: (limit) => readText(exchange, limit),
    release: () => releaseBody(exchange),
    discard: () => request.destroy(),
  };
}

async function* readBody(exchange: Exchange): AsyncGenerator<Buffer> {
  const { message, request, watchdog, complete } = exchange;
  const chunks = message.iterator({ destroyOnReturn: true }) as AsyncIterator<Buffer>;
  // Only armed while waiting for the registry: a slow consumer is not its fault.
  const next = () => {
    watchdog.arm("the rest of its answer");
    return chunks.next().finally(() => watchdog.disarm());
  };
  try {
    for (let step = await next(); !step.done; step = await next()) yield step.value;
  } finally {
    if (!complete || !message.complete) request.destroy();
  }
}

async function readText(exchange: Exchange, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of readBody(exchange)) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= limit) break;
  }
  return Buffer.concat(chunks).subarray(0, limit).toString("utf8");
}

async function releaseBody(exchange: Exchange): Promise<void> {
  try {
    await readText(exchange, 65_536);
  } catch {
    exchange.request.destroy();
  }
}
