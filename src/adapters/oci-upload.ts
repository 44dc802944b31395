import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { SeedbedError } from "../error.ts";
import type { Digest } from "../digests/digest.ts";
import type { BlobDescriptor } from "../ports.ts";
import type { RegistryClient } from "./oci-client.ts";
import { nextLocation } from "./oci-location.ts";
import { cutPieces } from "./oci-pieces.ts";
import { RegistryRefusal } from "./oci-refusal.ts";
import { SourceFailure } from "./oci-request-body.ts";
import type { HttpReply } from "./oci-transport.ts";

export interface UploadJob {
  repository: string;
  /** Asked again for every attempt: a broken upload is lost on the registry's side and starts at byte 0. */
  open: () => AsyncIterable<Buffer>;
  signal: AbortSignal;
}

// ghcr.io answers 416 above exactly 4 MiB (oras-project/rust-oci-client#35).
const PIECE_BYTES = 4 * 1024 * 1024;
const OCTETS = { "content-type": "application/octet-stream" };

/** Puts blobs of unknown digest into a registry: one streamed PATCH, or pieces of 4 MiB where it refuses that. */
export class BlobUploader {
  readonly #client: RegistryClient;
  #inPieces = false;

  constructor(client: RegistryClient) {
    this.#client = client;
  }

  /** Bounded attempts, each with a new upload session and the bytes from the start. */
  async upload(job: UploadJob): Promise<BlobDescriptor> {
    try {
      return await this.#client.repeat(() => this.#attempt(job), job.signal);
    } catch (error) {
      throw error instanceof SourceFailure ? error.cause : error;
    }
  }

  async #attempt(job: UploadJob): Promise<BlobDescriptor> {
    const session = await this.start(job.repository, job.signal);
    const blob = await this.#fill(job, session).catch((error: unknown) => {
      throw this.#learn(error);
    });
    await this.#confirm(job, blob);
    return blob;
  }

  async #fill(job: UploadJob, session: HttpReply): Promise<BlobDescriptor> {
    const sum = new ByteSum();
    const location = await this.#send(job, session, sum);
    const blob = sum.finish();
    await this.#finish(job, location, blob);
    return blob;
  }

  /** Starts an upload session and gives its reply. */
  start(repository: string, signal?: AbortSignal): Promise<HttpReply> {
    return this.#client.call({
      method: "POST",
      to: `/v2/${repository}/blobs/uploads/`,
      scopes: [{ repository, actions: "pull,push" }],
      doing: "start an upload to",
      expect: [202],
      repeatable: true,
      signal,
    });
  }

  async #send(job: UploadJob, session: HttpReply, sum: ByteSum): Promise<URL> {
    const minimum = Number(session.headers["oci-chunk-min-length"] ?? 0) || 0;
    const first = await nextLocation(session, this.#client.facts.host);
    if (!this.#inPieces) return this.#patch(job, first, { body: sum.counting(job.open()) });
    let location = first;
    let start = 0;
    for await (const piece of cutPieces(asSource(job.open()), Math.max(PIECE_BYTES, minimum))) {
      const range = `${start}-${start + piece.length - 1}`;
      location = await this.#patch(job, location, { body: piece, range });
      sum.add(piece);
      start += piece.length;
    }
    return location;
  }

  async #patch(job: UploadJob, to: URL, sent: SentBytes): Promise<URL> {
    // Streams go without Content-Range, as docker sends them; only pieces have one (distribution-spec, "Pushing a blob in chunks").
    const range: Record<string, string> = sent.range === undefined ? {} : { "content-range": sent.range };
    const reply = await this.#client.call({
      method: "PATCH",
      to,
      scopes: [{ repository: job.repository, actions: "pull,push" }],
      doing: "take bytes for",
      headers: { ...OCTETS, ...range },
      body: sent.body,
      expect: [202],
      // Sent twice, a piece may be appended twice: only the whole blob is tried again.
      repeatable: false,
      signal: job.signal,
    });
    return nextLocation(reply, this.#client.facts.host);
  }

  async #finish(job: UploadJob, location: URL, blob: BlobDescriptor): Promise<void> {
    const to = new URL(location);
    // Appended as text: parsing and writing the query again could break a signed one.
    to.search += `${to.search === "" ? "?" : "&"}digest=${encodeURIComponent(blob.digest)}`;
    const reply = await this.#client.call({
      method: "PUT",
      to,
      scopes: [{ repository: job.repository, actions: "pull,push" }],
      doing: "finish an upload to",
      headers: OCTETS,
      expect: [201],
      repeatable: false,
      signal: job.signal,
    });
    await reply.text(1024);
  }

  async #confirm(job: UploadJob, blob: BlobDescriptor): Promise<void> {
    const reply = await this.#client.call({
      method: "HEAD",
      to: `/v2/${job.repository}/blobs/${blob.digest}`,
      scopes: [{ repository: job.repository, actions: "pull,push" }],
      doing: "confirm a blob in",
      expect: [200],
      repeatable: true,
      signal: job.signal,
    });
    await reply.text(0);
    const stored = reply.headers["content-length"];
    if (stored === undefined || Number(stored) === blob.size) return;
    throw new SeedbedError(
      "registry-digest-mismatch",
      `The registry ${this.#client.facts.host} holds ${stored} bytes as ${blob.digest}; ${blob.size} were sent.`,
      { fix: "Run this again. When it stays, the registry's storage is damaged." },
    );
  }

  /** A refused size means pieces from now on; a lost session, token or byte is answered by the next attempt. */
  #learn(error: unknown): unknown {
    if (!(error instanceof RegistryRefusal)) return error;
    const tooLarge = (error.status === 413 || error.status === 416) && !this.#inPieces;
    if (tooLarge) this.#inPieces = true;
    if (tooLarge || LOST.includes(error.status)) error.passing = true;
    return error;
  }
}

// 404: the session broke (BLOB_UPLOAD_INVALID); 401: the token ran out under a stream; 400: the bytes broke (DIGEST_INVALID).
const LOST = [400, 401, 404];

interface SentBytes {
  body: Buffer | AsyncIterable<Buffer>;
  range?: string;
}

class ByteSum {
  readonly #hash: Hash = createHash("sha256");
  #size = 0;

  add(bytes: Buffer): void {
    this.#hash.update(bytes);
    this.#size += bytes.length;
  }

  async *counting(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const bytes of source) {
      this.add(bytes);
      yield bytes;
    }
  }

  finish(): BlobDescriptor {
    return { digest: `sha256:${this.#hash.digest("hex")}` as Digest, size: this.#size };
  }
}

async function* asSource(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* source;
  } catch (cause) {
    throw new SourceFailure(cause);
  }
}
