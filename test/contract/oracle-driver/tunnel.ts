import { once } from "node:events";
import { type AddressInfo, type Socket, connect, createServer } from "node:net";

/** A port in front of a server, as a tunnel is. */
export interface Tunnel {
  port: number;
  /** What the server sent, over all connections and in order. */
  received(): Buffer;
  /** Destroys every socket at once. */
  destroy(): void;
  stop(): Promise<void>;
}

/** Opens a tunnel of our own to a loopback port. */
export async function startTunnel(target: number): Promise<Tunnel> {
  const sockets = new Set<Socket>();
  const chunks: Buffer[] = [];
  const listener = createServer((near) => {
    const far = connect(target, "127.0.0.1");
    far.on("data", (chunk: Buffer) => chunks.push(chunk));
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined); // "close" follows, and the other end goes with it
    }
    near.pipe(far).pipe(near);
  }).listen(0, "127.0.0.1");
  await once(listener, "listening");
  const destroy = () => sockets.forEach((socket) => socket.destroy());
  const stop = async () => {
    const closed = once(listener, "close");
    listener.close();
    destroy();
    await closed;
  };
  return { port: (listener.address() as AddressInfo).port, received: () => Buffer.concat(chunks), destroy, stop };
}
