import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { connectHost, type SshHostOptions } from "../../src/adapters/ssh/host.ts";
import type { Log } from "../../src/ports/log.ts";
import { startSshHost } from "../world/ssh/host.ts";
import { generateKeys } from "../world/ssh/keys.ts";
import type { SshHostWorld } from "../world/ssh/state.ts";

/** A pretended host with one folder and an authorised key; everything is taken away when the test ends. */
export async function setUp(world: Partial<SshHostWorld> = {}) {
  const folder = await mkdtemp(join(tmpdir(), "seedbed-ssh-"));
  const keys = await generateKeys();
  const host = await startSshHost({
    folders: { "/dump": folder },
    user: "dump",
    authorizedKeys: [keys.public],
    ...world,
  });
  onTestFinished(async () => {
    await host.close();
    await rm(folder, { recursive: true });
  });
  const target = { host: "127.0.0.1", port: host.port, user: "dump", privateKey: keys.private, hostKey: host.hostKey };
  return { folder, keys, host, target };
}

/** Logs in, with tries that do not wait long, and logs out when the test ends. */
export async function logIn(target: Parameters<typeof connectHost>[0], options: SshHostOptions = {}) {
  const source = await connectHost(target, { backoff: 5, ...options });
  onTestFinished(() => source.close());
  return source;
}

export function sha256(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Remembers what was said. */
export function recordingLog(): Log & {
  infos: string[];
  warnings: string[];
  progressed: { subject: string; done: number }[];
} {
  const infos: string[] = [];
  const warnings: string[] = [];
  const progressed: { subject: string; done: number }[] = [];
  return {
    infos,
    warnings,
    progressed,
    group: (_title, work) => work(),
    info: (text) => infos.push(text),
    warn: (text) => warnings.push(text),
    progress: (subject, { done }) => progressed.push({ subject, done }),
  };
}

export const never = new AbortController().signal;

/** All bytes of a stream in one piece. */
export async function collect(bytes: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of bytes) parts.push(part);
  return Buffer.concat(parts);
}

/** A TCP server on a free loopback port; it and its connections end with the test. */
export async function listenOnLoopback(serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy()).once("close", () => sockets.delete(socket));
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("a TCP server has a port");
  return address.port;
}
