import { createHash } from "node:crypto";
import { SeedbedError } from "../../problem/error.ts";
import { digestOfBytes } from "../../crypto/digest.ts";
import type { BlobDescriptor, StoredManifest } from "../../ports/registry.ts";
import type { RegistryClient } from "./client.ts";
import type { HttpReply } from "./transport.ts";

const MANIFEST_TYPES = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];
// Registries refuse larger ones (4 MiB is the limit in the distribution specification).
const MANIFEST_BYTES = 4 * 1024 * 1024;

export interface BlobRequest {
  repository: string;
  blob: BlobDescriptor;
  signal: AbortSignal;
}

/** A blob's bytes in order, across broken connections; the last bytes are only returned if size and digest are right. */
export async function* readBlob(client: RegistryClient, request: BlobRequest): AsyncGenerator<Buffer> {
  const { blob, signal } = request;
  const hash = createHash("sha256");
  let size = 0;
  let last: Buffer | undefined;
  for await (const bytes of readMended(client, request)) {
    if (last !== undefined) yield last;
    hash.update(bytes);
    size += bytes.length;
    // Stop at the expected size: the stream may be endless, and callers rely on the size.
    if (size > blob.size) break;
    last = bytes;
  }
  signal.throwIfAborted();
  const digest = `sha256:${hash.digest("hex")}`;
  if (size !== blob.size || digest !== blob.digest) {
    const where = `${client.facts.host}/${request.repository}`;
    throw wrongBytes(where, blob.digest, `${size} bytes with ${digest}`);
  }
  if (last !== undefined) yield last;
}

interface ReadState {
  at: number;
  /** Broken connections since the last received byte. */
  breaks: number;
}

/** Requests the rest after a broken connection; gives up after several failures without a byte in between. */
async function* readMended(client: RegistryClient, request: BlobRequest): AsyncGenerator<Buffer> {
  const state: ReadState = { at: 0, breaks: 0 };
  while (state.at < request.blob.size) {
    const reply = await requestFrom(client, request, state.at);
    const error = yield* forward(reply, state);
    request.signal.throwIfAborted();
    state.breaks += 1;
    if (state.at < request.blob.size && state.breaks >= client.retry.attempts) throw brokenBlob(client, request, error);
  }
}

/** Passes on the received bytes; returns the error that broke the connection, undefined at a normal end. */
async function* forward(reply: HttpReply, state: ReadState): AsyncGenerator<Buffer, unknown> {
  try {
    for await (const bytes of reply.body()) {
      state.breaks = 0;
      state.at += bytes.length;
      yield bytes;
    }
    return undefined;
  } catch (error) {
    return error;
  }
}

async function requestFrom(client: RegistryClient, request: BlobRequest, at: number): Promise<HttpReply> {
  const { repository, blob, signal } = request;
  const reply = await client.call({
    method: "GET",
    to: `/v2/${repository}/blobs/${blob.digest}`,
    scopes: [{ repository, actions: "pull" }],
    doing: "give a blob of",
    headers: at === 0 ? {} : { range: `bytes=${at}-` },
    expect: at === 0 ? [200] : [200, 206],
    repeatable: true,
    signal,
  });
  return at > 0 && reply.status === 200 ? { ...reply, body: () => skipBytes(reply.body(), at) } : reply;
}

/** For registries that ignore Range and start again at byte 0. */
async function* skipBytes(source: AsyncIterable<Buffer>, count: number): AsyncGenerator<Buffer> {
  let skipped = 0;
  for await (const bytes of source) {
    const skip = Math.min(count - skipped, bytes.length);
    skipped += skip;
    if (skip < bytes.length) yield bytes.subarray(skip);
  }
}

function brokenBlob(client: RegistryClient, request: BlobRequest, error: unknown): SeedbedError {
  const why = error instanceof Error ? client.facts.redact(error.message) : "it ended early";
  return new SeedbedError(
    "registry-unreachable",
    `The connection to ${client.facts.host} kept breaking while reading ${request.blob.digest} of ${request.repository}: ${why}`,
    { fix: "Try again. If it keeps failing, check the network between this machine and the registry.", cause: error },
  );
}

/** A manifest by tag or digest, its bytes checked against the digest; null when there is none. */
export async function readManifest(
  client: RegistryClient,
  { repository, reference, signal }: { repository: string; reference: string; signal: AbortSignal },
): Promise<StoredManifest | null> {
  const reply = await client.call({
    method: "GET",
    to: `/v2/${repository}/manifests/${reference}`,
    scopes: [{ repository, actions: "pull" }],
    doing: "give a manifest of",
    headers: { accept: MANIFEST_TYPES.join(", ") },
    expect: [200, 404],
    repeatable: true,
    signal,
  });
  if (reply.status === 404) {
    await reply.release();
    return null;
  }
  const bytes = await readWhole(reply.body());
  const digest = digestOfBytes(bytes);
  const promised = reference.startsWith("sha256:") ? reference : reply.headers["docker-content-digest"];
  if (promised !== undefined && promised !== digest)
    throw wrongBytes(`${client.facts.host}/${repository}`, String(promised), `a manifest with ${digest}`);
  return { digest, mediaType: mediaTypeOf(reply.headers["content-type"]), bytes };
}

async function readWhole(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MANIFEST_BYTES)
      throw new SeedbedError("registry-protocol", `A manifest is larger than ${MANIFEST_BYTES} bytes.`, {
        fix: "Check that the reference names an image.",
      });
  }
  return Buffer.concat(chunks, size);
}

function mediaTypeOf(header: string | undefined): string {
  return (header ?? "").split(";", 1)[0]!.trim();
}

function wrongBytes(where: string, promised: string, got: string): SeedbedError {
  return new SeedbedError("registry-digest-mismatch", `${where} returned ${got} for ${promised}.`, {
    fix: "Try again. If it keeps failing, a proxy alters the data or the registry's storage is damaged.",
  });
}
