import { readFileSync } from "node:fs";
import { createServer as createHttpServer, type Server } from "node:http";
import { createServer, request } from "node:https";
import { connect, type AddressInfo } from "node:net";
import { join } from "node:path";
import type { ControlPlane } from "../control-plane.ts";

/** What stands between a client and an API server: a reverse proxy that may refuse, and a forward proxy. */
export interface Front {
  /** Of the reverse proxy, with the API server's own certificate. */
  server: string;
  /** Of the forward proxy. */
  proxy: string;
  /** Answers the next requests itself, in this order; 0 for one that is never answered. */
  refuseNext(statuses: number[], headers: Record<string, string>, body?: string): void;
  /** How many clients wait for an answer that never comes. */
  unanswered(): number;
  /** How many connections the forward proxy opened. */
  tunnels(): number;
  close(): Promise<void>;
}

export async function startFront(plane: ControlPlane): Promise<Front> {
  const pki = (name: string) => readFileSync(join(plane.folder, "pki", name));
  let refusals: { status: number; headers: Record<string, string>; body: string }[] = [];
  let opened = 0;
  let unanswered = 0;
  const reverse = createServer({ cert: pki("apiserver.crt"), key: pki("apiserver.key") }, (from, to) => {
    const refusal = refusals.shift();
    if (refusal?.status === 0) {
      unanswered += 1;
      from.socket.once("close", () => (unanswered -= 1));
      return;
    }
    if (refusal !== undefined) {
      to.writeHead(refusal.status, refusal.headers).end(refusal.body);
      return;
    }
    const { method, headers, url = "" } = from;
    const passed = request(new URL(url, plane.server), { method, headers, ca: plane.ca }, (answer) => {
      to.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(to);
    });
    from.pipe(passed);
  });
  const forward = createHttpServer();
  forward.on("connect", (asked, socket) => {
    const { hostname, port } = new URL(`http://${asked.url}`);
    const far = connect(Number(port), hostname, () => {
      opened += 1;
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      far.pipe(socket).pipe(far);
    });
    for (const end of [far, socket]) end.on("error", () => [far, socket].forEach((one) => one.destroy()));
  });
  const servers = [reverse, forward];
  const [a, b] = await Promise.all(servers.map(listen));
  return {
    server: `https://127.0.0.1:${a}`,
    proxy: `http://127.0.0.1:${b}`,
    refuseNext: (statuses, headers, body = "") => {
      refusals = statuses.map((status) => ({ status, headers, body }));
    },
    unanswered: () => unanswered,
    tunnels: () => opened,
    close: async () => {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)));
}
