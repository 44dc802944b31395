import { SeedbedError } from "../problem/error.ts";
import { digestOfBytes } from "../crypto/digest.ts";
import type { BlobDescriptor, Registry } from "../ports/registry.ts";

/** Reads a blob that fits into memory, at most `limit` bytes. */
export async function readSmallBlob(
  registry: Registry,
  repository: string,
  { blob, limit, signal }: { blob: BlobDescriptor; limit: number; signal: AbortSignal },
): Promise<Buffer> {
  if (blob.size > limit)
    throw new SeedbedError(
      "image-blob-too-large",
      `${blob.digest} of ${repository} has ${blob.size} bytes, more than ${limit}.`,
      {
        fix: "Check that the reference is that of the intended image.",
      },
    );
  const chunks: Buffer[] = [];
  for await (const chunk of registry.blob(repository, blob, signal)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Uploads bytes to a repository unless it already has them. */
export async function putSmallBlob(
  registry: Registry,
  repository: string,
  { bytes, signal }: { bytes: Buffer; signal: AbortSignal },
): Promise<BlobDescriptor> {
  const blob = { digest: digestOfBytes(bytes), size: bytes.length };
  if (await registry.hasBlob(repository, blob, signal)) return blob;
  return registry.upload(repository, () => once(bytes), signal);
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
