import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connectRegistry } from "../../src/adapters/oci/registry.ts";
import { digestOfBytes } from "../../src/crypto/digest.ts";
import { readSmallBlob } from "../../src/image/small-blob.ts";

const { signal } = new AbortController();

const PIECE = Buffer.alloc(1 << 20, 7);
const MOST = 200;

let server: Server;
let sent = 0;

/** Answers every blob with far more bytes than its descriptor has. */
beforeEach(async () => {
  sent = 0;
  server = createServer((request, response) => {
    if (!request.url!.includes("/blobs/")) return response.writeHead(200).end();
    response.writeHead(200, { "content-type": "application/octet-stream" });
    const more = (): void => {
      while (sent < MOST && !response.destroyed) {
        sent += 1;
        if (!response.write(PIECE)) return;
      }
      response.end();
    };
    response.on("drain", more);
    more();
    return response;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test("a blob that does not end where its descriptor says is refused before it fills the memory", async () => {
  const registry = connectRegistry({
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    inputs: "base",
    insecureHttp: true,
    retry: { attempts: 1, firstDelayMilliseconds: 1 },
  });
  const blob = { digest: digestOfBytes("small"), size: 5 };
  await expect(readSmallBlob(registry, "base/free", { blob, limit: 100, signal })).rejects.toMatchObject({
    code: "registry-digest-mismatch",
  });
  expect(sent).toBeLessThan(MOST);
  await registry.close();
});
