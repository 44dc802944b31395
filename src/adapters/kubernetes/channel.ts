import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import type { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import type { WebSocketHandler } from "@kubernetes/client-node/dist/web-socket-handler.js";
import type { Connection } from "./connection.ts";
import type { Library } from "./kubeconfig.ts";

/** What a channel into a pod is opened by. */
export interface Way {
  library: Library;
  config: KubeConfig;
  connection: Connection;
  signal: AbortSignal;
}

/** A server that takes a connection and answers nothing would keep the program for ever. */
const HANDSHAKE = 30_000;

/** An answer in place of a channel: its status, and what it says. */
export interface NoChannel {
  status: number;
  text: string;
}

/**
 * The library's WebSockets, by our connection's proxies and authorities. `onRefusal` hears of an answer that opens no channel; without
 * it the library's own error has the status alone.
 */
export async function openHandler(way: Way, onRefusal?: (refusal: NoChannel) => void): Promise<WebSocketHandler> {
  const { WebSocketHandler, WebSocket } = way.library;
  const agent = await way.connection.openAgent();
  // The library pauses or ends these when the far side closes a stream: the program's own are none of its business.
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const open = (uri: string, protocols: string[], options: object) => {
    const socket = new WebSocket(uri, protocols, { ...options, agent, handshakeTimeout: HANDSHAKE });
    if (onRefusal !== undefined)
      socket.on("unexpected-response", (_request: unknown, answer: IncomingMessage) => {
        void readText(answer).then((text) => onRefusal({ status: answer.statusCode ?? 0, text }));
      });
    return socket;
  };
  return new WebSocketHandler(way.config, open, streams);
}

/** What arrives of an answer; one that breaks off says what it said until then. */
async function readText(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  answer.on("data", (part: Buffer) => parts.push(part));
  await new Promise<void>((resolve) => answer.once("close", resolve));
  return Buffer.concat(parts).toString("utf8");
}
