import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Doorman } from "./doorman.ts";
import type { RegistryUser } from "./doorman.ts";
import { answerBlob, headBlob } from "./blobs.ts";
import { newCounters } from "./counters.ts";
import type { RegistryCounters } from "./counters.ts";
import { Faults } from "./faults.ts";
import { answerManifest, putManifest } from "./manifests.ts";
import { cutReply, Reply, sendReply } from "./reply.ts";
import { BlobStore } from "./store.ts";
import { readTarget } from "./target.ts";
import type { Target } from "./target.ts";
import { UploadSessions } from "./uploads.ts";

export interface RegistrySetup {
  users: RegistryUser[];
  auth: "basic" | "bearer";
  /** Blobs and manifests live here; absent: in memory. */
  folder?: string;
  /** Life of a Bearer token, 60 by default. */
  tokenSeconds?: number;
  /** Sends blob downloads to another origin with 307, as registries on object storage do. */
  redirectBlobs?: boolean;
}

export interface WorldRegistry {
  /** `127.0.0.1:port` */
  host: string;
  /** The same of the download origin. */
  downloadHost: string;
  counters: RegistryCounters;
  faults: Faults;
  store: BlobStore;
  /** Every `Authorization` value that reached the download origin; must stay empty. */
  leakedLogins: string[];
  /** Calls its token service and its download origin by these addresses from now on, instead of those on loopback. */
  announce(origins: Origins): void;
  /** Makes every token that was given out worthless at once. */
  forgetTokens(): void;
  close(): Promise<void>;
}

export interface Origins {
  tokens: string;
  downloads: string;
}

/** A strict, small OCI registry on a loopback port; it answers what distribution/distribution answers. */
export async function startRegistry(setup: RegistrySetup): Promise<WorldRegistry> {
  const world = new RegistryServer(setup);
  const server = createServer((request, response) => void world.handle(request, response));
  const downloads = createServer((request, response) => world.download(request, response));
  const port = await listen(server);
  const downloadHost = `127.0.0.1:${await listen(downloads)}`;
  world.begin(`127.0.0.1:${port}`, downloadHost);
  return {
    host: world.host,
    downloadHost,
    counters: world.counters,
    faults: world.faults,
    store: world.store,
    leakedLogins: world.leakedLogins,
    announce: (origins) => world.announce(origins),
    forgetTokens: () => world.forgetTokens(),
    close: async () => {
      await Promise.all([closeServer(server), closeServer(downloads)]);
    },
  };
}

class RegistryServer {
  host = "";
  readonly counters = newCounters();
  readonly faults = new Faults();
  readonly leakedLogins: string[] = [];
  readonly store: BlobStore;
  readonly #setup: RegistrySetup;
  readonly #uploads: UploadSessions;
  #doorman: Doorman | undefined;
  #downloads = "";

  constructor(setup: RegistrySetup) {
    this.#setup = setup;
    this.store = new BlobStore(setup.folder);
    this.#uploads = new UploadSessions(this.store, this.counters, this.faults);
  }

  begin(host: string, downloadHost: string): void {
    this.host = host;
    this.announce({ tokens: `http://${host}`, downloads: `http://${downloadHost}` });
  }

  announce({ tokens, downloads }: Origins): void {
    this.#downloads = downloads;
    this.#doorman = new Doorman({ ...this.#setup, realm: `${tokens}/token`, host: this.host });
  }

  forgetTokens(): void {
    this.#doorman?.forgetTokens();
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.faults.hangsUp(request.method ?? "")) {
      request.socket.destroy();
      return;
    }
    try {
      const reply = await this.#answer(request);
      if (this.faults.cutsAnswer(request.method ?? "")) cutReply(response, reply);
      else sendReply(response, reply);
    } catch (error) {
      if (response.destroyed || response.headersSent) return;
      sendReply(response, error instanceof Reply ? error : Reply.error(500, "UNKNOWN", String(error)));
    } finally {
      const refused = response.statusCode === 401 || response.statusCode === 403;
      if (refused && request.headers.authorization !== undefined) this.counters.refused += 1;
    }
  }

  /** The other origin that `redirectBlobs` sends to: open to whoever has the address. */
  download(request: IncomingMessage, response: ServerResponse): void {
    if (request.headers.authorization) this.leakedLogins.push(request.headers.authorization);
    try {
      const target = readTarget(request);
      sendReply(response, answerBlob({ store: this.store, target, request, faults: this.faults }));
    } catch (error) {
      sendReply(response, error instanceof Reply ? error : Reply.error(500, "UNKNOWN", String(error)));
    }
  }

  async #answer(request: IncomingMessage): Promise<Reply> {
    const doorman = this.#doorman!;
    const url = new URL(request.url ?? "/", `http://${this.host}`);
    await this.faults.delay();
    const fault = this.faults.statusFor(request.method ?? "", url.pathname);
    if (fault !== null) return fault;
    if (url.pathname === "/token") return doorman.issueToken(request, url);
    const target = readTarget(request);
    doorman.admit(request, target);
    return this.#route(target, request);
  }

  async #route(target: Target, request: IncomingMessage): Promise<Reply> {
    switch (target.kind) {
      case "ping":
        return Reply.json(200, {});
      case "blob":
        if (target.method === "HEAD") return headBlob(this.store, target);
        if (this.#setup.redirectBlobs) return this.#redirect(target);
        return answerBlob({ store: this.store, target, request, faults: this.faults });
      case "uploads":
      case "upload":
        return this.#uploads.answer({
          target,
          request,
          mayMountFrom: (from) => this.#doorman!.mayMountFrom(request, from),
        });
      case "tags":
        return Reply.json(200, { name: target.repository, tags: this.store.tags(target.repository) });
      case "manifest":
        if (target.method !== "PUT") return answerManifest(this.store, target, request);
        return putManifest(this.store, target, { request, counters: this.counters });
    }
  }

  #redirect(target: Target): Reply {
    const location = `${this.#downloads}/v2/${target.repository}/blobs/${target.reference}`;
    return new Reply(307, { location }, "");
  }
}

type Server = ReturnType<typeof createServer>;

async function listen(server: Server): Promise<number> {
  // Uploads of gigabytes outlive Node's default of 300 s for a whole request.
  server.requestTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
