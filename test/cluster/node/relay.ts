import { connect, createServer, type Server } from "node:net";
import { once } from "node:events";

/** Passes every connection on to another place; an error on one side ends the other. */
export async function relay(
  from: { path: string } | { port: number },
  to: { path: string } | { port: number },
): Promise<Server> {
  const server = createServer((near) => {
    const far = connect("port" in to ? { ...to, host: "127.0.0.1" } : to);
    near.pipe(far).pipe(near);
    near.on("error", () => far.destroy());
    far.on("error", () => near.destroy());
  });
  server.listen("port" in from ? { ...from, host: "127.0.0.1" } : from);
  await once(server, "listening");
  return server;
}
