import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { Tunnel } from "../../../src/ports/source-host.ts";

/** A tunnel without SSH: a local port that forwards to another one, and whose sockets can be destroyed. */
export async function openLoopbackTunnel(port: number): Promise<Tunnel & { destroyed: number }> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket));
  };
  const listener = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    keep(near);
    keep(far);
    near.pipe(far).pipe(near);
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const tunnel = {
    host: "127.0.0.1",
    port: (listener.address() as AddressInfo).port,
    destroyed: 0,
    destroy: () => {
      tunnel.destroyed += 1;
      for (const socket of sockets) socket.destroy();
      listener.close();
    },
  };
  return tunnel;
}
