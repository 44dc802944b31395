import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import type { Faults } from "./faults.ts";
import { Reply } from "./reply.ts";
import type { BlobStore } from "./store.ts";
import type { Target } from "./target.ts";

export interface BlobRequest {
  store: BlobStore;
  target: Target;
  request: IncomingMessage;
  faults: Faults;
}

/** `GET …/blobs/<digest>`, with single ranges. */
export function answerBlob(request: BlobRequest): Reply {
  const { store, target } = request;
  const size = findSize(store, target);
  const headers = { ...blobHeaders(target.reference, size), "accept-ranges": "bytes" };
  const range = readRange(request.request.headers.range, size);
  if (range === null) return new Reply(200, headers, open(request, { from: 0, to: size - 1 }));
  return new Reply(
    206,
    {
      ...headers,
      "content-length": range.to - range.from + 1,
      "content-range": `bytes ${range.from}-${range.to}/${size}`,
    },
    open(request, range),
  );
}

/** `HEAD …/blobs/<digest>` */
export function headBlob(store: BlobStore, target: Target): Reply {
  return new Reply(200, blobHeaders(target.reference, findSize(store, target)), "");
}

interface Range {
  from: number;
  to: number;
}

function open({ store, target, faults }: BlobRequest, range: Range): Readable | Buffer {
  if (range.to < range.from) return Buffer.alloc(0);
  const bytes = store.read(target.reference, range.from, range.to);
  const cut = faults.takeDownloadCut();
  return cut === null ? bytes : Readable.from(breakAfter(bytes, cut));
}

async function* breakAfter(source: Readable, count: number): AsyncGenerator<Buffer> {
  let left = count;
  for await (const chunk of source) {
    const bytes = chunk as Buffer;
    yield bytes.subarray(0, left);
    left -= bytes.length;
    if (left <= 0) throw new Error("cut on purpose");
  }
}

function findSize(store: BlobStore, target: Target): number {
  const size = store.size(target.repository, target.reference);
  if (size === null) throw Reply.error(404, "BLOB_UNKNOWN", "blob unknown to registry");
  return size;
}

function blobHeaders(digest: string, size: number) {
  return { "content-type": "application/octet-stream", "content-length": size, "docker-content-digest": digest };
}

function readRange(header: string | undefined, size: number): Range | null {
  if (header === undefined) return null;
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(header) ?? [];
  const range = { from: Number(from), to: to ? Math.min(Number(to), size - 1) : size - 1 };
  if (from !== undefined && range.from <= range.to) return range;
  throw Reply.error(416, "RANGE_INVALID", "invalid range").with({ "content-range": `bytes */${size}` });
}
