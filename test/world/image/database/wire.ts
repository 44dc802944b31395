import { existsSync, readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** How client programs find the instance: a file in shared memory, gone or stale when the instance is not there. */
export interface Endpoint {
  pid: number;
  port: number;
  key: string;
}

export type Reply =
  | {
      kind: "done";
      message: string | null;
      columns: string[];
      rows: (string | number | boolean | null)[][];
      output: string[];
    }
  | { kind: "error"; code: number; text: string; output: string[] }
  | { kind: "log"; text: string }
  | { kind: "exit"; status: number };

/** A client's connection to the instance: one request at a time, JSON lines. */
export interface Wire {
  /** The next reply to a request; null when the instance is gone. */
  ask(request: Record<string, unknown>): Promise<Reply | null>;
  /** Further replies of the last request. */
  more(): Promise<Reply | null>;
  /** Sends without waiting for an answer. */
  send(request: Record<string, unknown>): void;
  close(): void;
}

export function endpointFile(root: string, sid: string): string {
  return join(root, "dev/shm", `ora_${sid}.json`);
}

/** null when no instance is there. */
export async function openWire(root: string, sid: string): Promise<Wire | null> {
  const file = endpointFile(root, sid);
  if (!existsSync(file)) return null;
  const endpoint = JSON.parse(readFileSync(file, "utf8")) as Endpoint;
  const socket = connect(endpoint.port, "127.0.0.1");
  const connected = await new Promise<boolean>((resolve) => {
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
  });
  if (!connected) return null;
  const wire = wrap(socket);
  const hello = await wire.ask({ op: "hello", key: endpoint.key });
  if (hello?.kind === "done") return wire;
  wire.close();
  return null;
}

function wrap(socket: Socket): Wire {
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  socket.on("error", () => socket.destroy());
  const more = async (): Promise<Reply | null> => {
    try {
      const { value, done } = await lines.next();
      return done ? null : (JSON.parse(value as string) as Reply);
    } catch {
      // A socket that broke says the same as one that ended: the instance is gone.
      return null;
    }
  };
  const send = (request: Record<string, unknown>): void => {
    socket.write(`${JSON.stringify(request)}\n`);
  };
  return {
    more,
    send,
    ask: (request) => {
      send(request);
      return more();
    },
    close: () => socket.destroy(),
  };
}
