import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Where GitHub keeps the bytes of artifacts: another host, to which the API redirects. */
export interface ArtifactStorage {
  port: number;
  /** `http://localhost:<port>`; a test may give it another name. */
  url: () => string;
  /** An address under which whoever has it gets these bytes for a minute. */
  link(bytes: Buffer): string;
  /** How many downloads there were. */
  downloads: number;
  close(): Promise<void>;
}

/** "This URL expires after 1 minute" (docs.github.com, Download an artifact). */
const LIFE = 60_000;

export async function startArtifactStorage(): Promise<ArtifactStorage> {
  const links = new Map<string, { bytes: Buffer; until: number }>();
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    // Azure's storage does not accept a login beside a signature (Microsoft Learn, "Authorize requests to Azure Storage").
    if (request.headers.authorization !== undefined)
      return void response.writeHead(400).end("Authentication information is not given in the correct format.");
    const found = links.get(new URL(request.url ?? "/", "http://storage").searchParams.get("sig") ?? "");
    if (found === undefined || found.until < Date.now())
      return void response.writeHead(403).end("Signature not valid.");
    storage.downloads += 1;
    response.writeHead(200, { "content-type": "application/zip", "content-length": found.bytes.length });
    return void response.end(found.bytes);
  };
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const storage: ArtifactStorage = {
    port,
    url: () => `http://localhost:${port}`,
    link: (bytes) => {
      const signature = randomBytes(16).toString("hex");
      links.set(signature, { bytes, until: Date.now() + LIFE });
      return `${storage.url()}/artifact.zip?sig=${signature}`;
    },
    downloads: 0,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return storage;
}
