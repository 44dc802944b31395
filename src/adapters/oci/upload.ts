import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { SeedbedError } from "../../problem/error.ts";
import type { Digest } from "../../crypto/digest.ts";
import type { BlobDescriptor } from "../../ports/registry.ts";
import type { RegistryClient } from "./client.ts";
import { nextLocation } from "./location.ts";
import { cutPieces } from "./pieces.ts";
import { RegistryRefusal } from "./refusal.ts";
import { SourceFailure } from "./request-body.ts";
import type { HttpReply } from "./transport.ts";

export interface UploadJob {
  repository: string;
  /** Called again for every attempt: after a failure the registry discards the upload, which starts again at byte 0. */
  open: () => AsyncIterable<Buffer>;
  signal: AbortSignal;
}

// ghcr.io answers 416 above exactly 4 MiB (oras-project/rust-oci-client#35).
const PIECE_BYTES = 4 * 1024 * 1024;
const OCTETS = { "content-type": "application/octet-stream" };

/** Uploads blobs of unknown digest: with one streamed PATCH, or in pieces of 4 MiB where the registry refuses that. */
export class BlobUploader {
  readonly #client: RegistryClient;
  #inPieces = false;

  constructor(client: RegistryClient) {
    this.#client = client;
  }

  /** Limited attempts, each with a new upload session and the bytes from the start. */
  async upload(job: UploadJob): Promise<BlobDescriptor> {
    try {
      return await this.#client.repeat(() => this.#attempt(job), job.signal);
    } catch (error) {
      throw error instanceof SourceFailure ? error.cause : error;
    }
  }

  async #attempt(job: UploadJob): Promise<BlobDescriptor> {
    const session = await this.start(job.repository, job.signal);
    // What this attempt does, also when another upload learns meanwhile that the registry wants pieces.
    const inPieces = this.#inPieces;
    const blob = await this.#fill(job, session, inPieces).catch((error: unknown) => {
      throw this.#learn(error, inPieces);
    });
    await this.#confirm(job, blob);
    return blob;
  }

  async #fill(job: UploadJob, session: HttpReply, inPieces: boolean): Promise<BlobDescriptor> {
    const sum = new ByteSum();
    const first = await nextLocation(session, this.#client.facts.host);
    const location = inPieces
      ? await this.#sendPieces(job, { first, smallest: smallestPiece(session) }, sum)
      : await this.#patch(job, first, { body: sum.counting(job.open()) });
    const blob = sum.finish();
    await this.#finish(job, location, blob);
    return blob;
  }

  /** Starts an upload session and returns its response. A repository that is new to the registry may first be unknown. */
  start(repository: string, signal?: AbortSignal): Promise<HttpReply> {
    return this.#client.call({
      method: "POST",
      to: `/v2/${repository}/blobs/uploads/`,
      scopes: [{ repository, actions: "pull,push" }],
      doing: "start an upload to",
      expect: [202],
      passing: [404],
      repeatable: true,
      signal,
    });
  }

  async #sendPieces(job: UploadJob, to: { first: URL; smallest: number }, sum: ByteSum): Promise<URL> {
    let location = to.first;
    let start = 0;
    for await (const piece of cutPieces(asSource(job.open()), to.smallest)) {
      const range = `${start}-${start + piece.length - 1}`;
      location = await this.#patch(job, location, { body: piece, range });
      sum.add(piece);
      start += piece.length;
    }
    return location;
  }

  async #patch(job: UploadJob, to: URL, sent: SentBytes): Promise<URL> {
    // Streams are sent without Content-Range, as docker does; only pieces have one (distribution-spec, "Pushing a blob in chunks").
    const range: Record<string, string> = sent.range === undefined ? {} : { "content-range": sent.range };
    const reply = await this.#client.call({
      method: "PATCH",
      to,
      scopes: [{ repository: job.repository, actions: "pull,push" }],
      doing: "take bytes for",
      headers: { ...OCTETS, ...range },
      body: sent.body,
      expect: [202],
      // A piece that is sent twice may be appended twice, so only the whole blob is retried.
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
    await reply.release();
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
    await reply.release();
    const stored = reply.headers["content-length"];
    if (stored === undefined || Number(stored) === blob.size) return;
    throw new SeedbedError(
      "registry-digest-mismatch",
      `The registry ${this.#client.facts.host} stored ${stored} bytes for ${blob.digest}, but ${blob.size} were sent.`,
      { fix: "Try again. If it keeps failing, the registry's storage is damaged." },
    );
  }

  /** After a refused size all uploads use pieces; a lost session, an expired token or damaged bytes cause another attempt. */
  #learn(error: unknown, inPieces: boolean): unknown {
    if (!(error instanceof RegistryRefusal)) return error;
    const tooLarge = (error.status === 413 || error.status === 416) && !inPieces;
    if (tooLarge) this.#inPieces = true;
    if (tooLarge || LOST.includes(error.status)) error.passing = true;
    return error;
  }
}

// 404: the session is lost (BLOB_UPLOAD_INVALID); 401: the token expired during a stream; 400: the bytes were damaged (DIGEST_INVALID).
const LOST = [400, 401, 404];

function smallestPiece(session: HttpReply): number {
  return Math.max(PIECE_BYTES, Number(session.headers["oci-chunk-min-length"] ?? 0) || 0);
}

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
