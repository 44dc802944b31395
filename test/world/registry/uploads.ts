import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { RegistryCounters } from "./counters.ts";
import type { Faults } from "./faults.ts";
import { Reply } from "./reply.ts";
import type { BlobStore, Upload } from "./store.ts";
import type { Target } from "./target.ts";

export interface UploadRequest {
  target: Target;
  request: IncomingMessage;
  mayMountFrom(repository: string): boolean;
}

interface Session {
  id: string;
  repository: string;
  /** Changes with every step: only the last Location can be continued. */
  state: string;
  upload: Upload;
}

/** Upload sessions as distribution/distribution keeps them: a broken PATCH loses the session. */
export class UploadSessions {
  readonly #store: BlobStore;
  readonly #counters: RegistryCounters;
  readonly #faults: Faults;
  readonly #sessions = new Map<string, Session>();

  constructor(store: BlobStore, counters: RegistryCounters, faults: Faults) {
    this.#store = store;
    this.#counters = counters;
    this.#faults = faults;
  }

  async answer(upload: UploadRequest): Promise<Reply> {
    const { target, request } = upload;
    if (target.kind === "uploads") return this.#start(upload);
    const session = this.#find(target);
    switch (target.method) {
      case "PATCH":
        return this.#patch(session, request);
      case "PUT":
        return this.#finish(session, target, request);
      case "DELETE":
        await this.#forget(session);
        this.#counters.sessions.cancelled += 1;
        return new Reply(204, { "content-length": 0 }, "");
      default:
        return new Reply(204, this.#headers(session), "");
    }
  }

  #start({ target, mayMountFrom }: UploadRequest): Reply {
    const [mount, from] = [target.query.get("mount"), target.query.get("from")];
    if (mount !== null && from !== null && mayMountFrom(from) && this.#store.size(from, mount) !== null) {
      this.#store.link(target.repository, mount);
      this.#counters.blobs_mounted += 1;
      return created(target.repository, mount);
    }
    const session = {
      id: randomUUID(),
      repository: target.repository,
      state: randomUUID(),
      upload: this.#store.newUpload(),
    };
    this.#sessions.set(session.id, session);
    this.#counters.sessions.started += 1;
    return new Reply(202, { ...this.#headers(session), "content-length": 0 }, "");
  }

  /** One answer for a session that is unknown, lost, or not at this step, as distribution 2.8 gives it. */
  #find(target: Target): Session {
    const session = this.#sessions.get(target.reference);
    if (session?.repository === target.repository && session.state === target.query.get("_state")) return session;
    throw Reply.error(404, "BLOB_UPLOAD_INVALID", "blob upload invalid");
  }

  async #patch(session: Session, request: IncomingMessage): Promise<Reply> {
    await this.#checkRange(session, request);
    await this.#receive(session, request);
    session.state = randomUUID();
    return new Reply(202, { ...this.#headers(session), "content-length": 0 }, "");
  }

  async #checkRange(session: Session, request: IncomingMessage): Promise<void> {
    if (request.headers["content-type"] !== "application/octet-stream")
      throw Reply.error(400, "BLOB_UPLOAD_INVALID", "bad Content-Type");
    const range = request.headers["content-range"];
    this.#counters.patches[range === undefined ? "streamed" : "pieces"] += 1;
    if (range === undefined) return;
    const [, start, end] = /^(\d+)-(\d+)$/.exec(range) ?? [];
    const length = Number(end) - Number(start) + 1;
    if (Number(start) === session.upload.size && length === Number(request.headers["content-length"])) return;
    throw Reply.error(416, "BLOB_UPLOAD_INVALID", "the piece does not follow the last one");
  }

  async #receive(session: Session, request: IncomingMessage): Promise<void> {
    try {
      await this.#take(session, request);
    } catch (error) {
      await this.#forget(session);
      this.#counters.sessions.lost += 1;
      throw error;
    }
  }

  async #take(session: Session, request: IncomingMessage): Promise<void> {
    let received = 0;
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      const bytes = chunk as Buffer;
      received += bytes.length;
      this.#counters.bytes_in += bytes.length;
      this.#refuseLarge(received);
      if (this.#faults.cutsAt(received)) throw brokenConnection(request);
      await session.upload.append(bytes);
      if (received > this.#faults.pauseAfter) await untilClosed(request);
    }
  }

  #refuseLarge(received: number): void {
    const limit = this.#faults.largestPatch;
    if (limit === null || received <= limit.bytes) return;
    throw Reply.error(limit.status, "SIZE_INVALID", `a request may carry ${limit.bytes} bytes`).with({
      connection: "close",
    });
  }

  async #finish(session: Session, target: Target, request: IncomingMessage): Promise<Reply> {
    const digest = target.query.get("digest") ?? "";
    await this.#receive(session, request);
    this.#sessions.delete(session.id);
    if (session.upload.digest() !== digest) {
      await session.upload.drop();
      throw Reply.error(400, "DIGEST_INVALID", "provided digest did not match uploaded content");
    }
    await this.#store.keep(session.repository, digest, session.upload);
    this.#counters.blobs_put += 1;
    return created(session.repository, digest);
  }

  async #forget(session: Session): Promise<void> {
    this.#sessions.delete(session.id);
    await session.upload.drop();
  }

  #headers(session: Session) {
    return {
      location: `/v2/${session.repository}/blobs/uploads/${session.id}?_state=${session.state}`,
      range: `0-${Math.max(0, session.upload.size - 1)}`,
      "docker-upload-uuid": session.id,
    };
  }
}

function brokenConnection(request: IncomingMessage): Error {
  request.socket.destroy();
  return new Error("cut on purpose");
}

async function untilClosed(request: IncomingMessage): Promise<void> {
  await new Promise<void>((resolve) => request.socket.once("close", () => resolve()));
}

function created(repository: string, digest: string): Reply {
  const location = `/v2/${repository}/blobs/${digest}`;
  return new Reply(201, { location, "docker-content-digest": digest, "content-length": 0 }, "");
}
