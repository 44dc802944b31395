import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { PassThrough } from "node:stream";
import type { ForwardOptions, Forwarding } from "../../ports/cluster.ts";
import { messageOf, SeedbedError } from "../../problem/error.ts";
import { openHandler, type Way } from "./channel.ts";

interface Pod {
  namespace: string;
  name: string;
}

/** Listens on the loopback address; each connection is a stream of its own into the pod, by the library's port-forward. */
export async function forwardPort(way: Way, pod: Pod, options: ForwardOptions): Promise<Forwarding> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    // The client's end of it is its own affair.
    socket.on("error", () => socket.destroy());
    void join(way, pod, { socket, ...options });
  });
  const port = await listen(server, options.localPort);
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  way.signal.addEventListener("abort", () => void close(), { once: true });
  return { port, close };
}

function listen(server: Server, localPort: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(taken(error, localPort)));
    server.listen(localPort, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

function taken(error: NodeJS.ErrnoException, port: number): SeedbedError {
  return new SeedbedError(
    "port-not-free",
    `Port ${port} of this machine cannot be used: ${error.code ?? error.message}`,
    {
      fix: "Name another one with --port, or leave it out for any that is free.",
    },
  );
}

type Joined = ForwardOptions & { socket: Socket };

async function join(way: Way, pod: Pod, joined: Joined): Promise<void> {
  const { socket, port, onError } = joined;
  const { PortForward } = way.library;
  // The pod's own errors come on a stream of their own: `connection refused` before the listener is up.
  const errors = new PassThrough();
  errors.on("data", (bytes: Buffer) => {
    onError(bytes.toString("utf8").trim());
    socket.destroy();
  });
  try {
    const forward = new PortForward(way.config, true, await openHandler(way));
    const opened = await forward.portForward(pod.namespace, pod.name, [port], socket, errors, socket);
    const channel = typeof opened === "function" ? opened() : opened;
    channel?.on("close", () => socket.destroy());
    channel?.on("error", (error: Error) => onError(error.message));
    socket.once("close", () => channel?.close());
  } catch (error) {
    onError(messageOf((error as { error?: unknown }).error ?? error));
    socket.destroy();
  }
}
