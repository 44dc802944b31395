import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import { connect, type AddressInfo } from "node:net";
import { join } from "node:path";
import WebSocket from "isomorphic-ws";
import type { ControlPlane } from "../control-plane.ts";
import { put } from "./live-database.ts";

/** What an API server asks of a kubelet: logs and forwarded ports of pods that nobody runs. */
export interface Kubelet {
  /** Lines of the container's log, of the one that runs and of the one before. */
  log: string[];
  previous: string[];
  /** Where a forwarded port leads to on this machine; without one the pod refuses it, as where nothing listens. */
  target: number | null;
  close(): Promise<void>;
}

/**
 * A node with the paths that a kubelet serves to its API server (kubernetes/kubernetes v1.36, pkg/kubelet/server/server.go:
 * /containerLogs, /portForward; pkg/kubelet/server/portforward/websocket.go: channel 0 has the data, channel 1 the error, each begins
 * with the port in two bytes, little endian).
 */
export async function startKubelet(plane: ControlPlane): Promise<Kubelet> {
  const pki = (name: string) => readFileSync(join(plane.folder, "pki", name));
  const kubelet: Kubelet = { log: [], previous: [], target: null, close: () => stop(server) };
  const server = createServer({ cert: pki("apiserver.crt"), key: pki("apiserver.key") }, (asked, answer) => {
    const url = new URL(asked.url ?? "", "https://kubelet");
    if (!url.pathname.startsWith("/containerLogs/")) return void answer.writeHead(404).end();
    const lines = url.searchParams.get("previous") === "true" ? kubelet.previous : kubelet.log;
    answer.end(lines.map((line) => `${line}\n`).join(""));
  });
  const sockets = new WebSocket.Server({ noServer: true, handleProtocols: chooseProtocol });
  server.on("upgrade", (asked, socket, head) => {
    const port = Number(new URL(asked.url ?? "", "https://kubelet").searchParams.get("port"));
    sockets.handleUpgrade(asked, socket, head, (channel) => forward(channel, port, kubelet));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const port = (server.address() as AddressInfo).port;
  const node = { apiVersion: "v1", kind: "Node", metadata: { name: "node-1" } };
  await put(plane, node);
  const status = {
    addresses: [{ type: "InternalIP", address: "127.0.0.1" }],
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
  };
  const patched = await plane.client.patch(node, { status }, "status");
  if (patched.status >= 300) throw new Error(patched.message);
  return kubelet;
}

function chooseProtocol(offered: Set<string>): string | false {
  return offered.has("v4.channel.k8s.io") ? "v4.channel.k8s.io" : false;
}

function forward(channel: WebSocket, port: number, kubelet: Kubelet): void {
  const send = (number: number, bytes: Buffer) => channel.send(Buffer.concat([Buffer.of(number), bytes]));
  const first = Buffer.of(port & 0xff, port >> 8);
  send(0, first);
  send(1, first);
  if (kubelet.target === null) {
    send(1, Buffer.from(`failed to connect to localhost:${port} inside namespace: connection refused`));
    channel.close();
    return;
  }
  const far = connect(kubelet.target, "127.0.0.1");
  far.on("data", (bytes) => send(0, bytes));
  far.on("close", () => channel.close());
  far.on("error", () => channel.close());
  channel.on("message", (data: Buffer) => far.write(data.subarray(1)));
  channel.on("close", () => far.destroy());
}

function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
