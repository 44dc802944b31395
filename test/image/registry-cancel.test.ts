import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { connectRegistry } from "../../src/adapters/oci/registry.ts";
import { digestOfBytes } from "../../src/crypto/digest.ts";
import { readBase } from "../../src/image/base-image.ts";
import { readSmallBlob } from "../../src/image/small-blob.ts";
import type { Registry } from "../../src/ports/registry.ts";

let server: Server;
let registry: Registry;
const sockets: Socket[] = [];

/** Takes every connection and never says a word. */
beforeEach(async () => {
  server = createServer((socket) => void sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  registry = connectRegistry({ host, inputs: "base", insecureHttp: true });
});

afterEach(async () => {
  await registry.close();
  for (const socket of sockets.splice(0)) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

const digest = digestOfBytes("small");
const blob = { digest, size: 5 };
const manifest = { reference: "tag", mediaType: "application/json", bytes: Buffer.from("{}") };
const base = { repository: "base/free", reference: digest, platform: "linux/amd64" };
const calls: [string, (signal: AbortSignal) => Promise<unknown>][] = [
  ["check for a push", (signal) => registry.check("dev/hr", "push", signal)],
  ["check for a pull", (signal) => registry.check("dev/hr", "pull", signal)],
  ["manifest", (signal) => registry.manifest("dev/hr", "tag", signal)],
  ["hasBlob", (signal) => registry.hasBlob("dev/hr", blob, signal)],
  ["mount", (signal) => registry.mount("dev/hr", { ...blob, from: "base/free" }, signal)],
  ["putManifest", (signal) => registry.putManifest("dev/hr", manifest, signal)],
  ["reading a base", (signal) => readBase(registry, base, signal)],
  ["reading a small blob", (signal) => readSmallBlob(registry, "dev/hr", { blob, limit: 100, signal })],
];

it.each(calls)("a cancel ends %s at a registry that never answers", async (_name, call) => {
  const cancel = new AbortController();
  const asked = call(cancel.signal);
  setTimeout(() => cancel.abort(), 50);
  await expect(asked).rejects.toMatchObject({ name: "AbortError" });
});
