import { createHash } from "node:crypto";

/** The id that git gives a text as a blob, in the same kind of hash as another id of that repository. */
export function blobId(text: string, like: string): string {
  const bytes = Buffer.from(text);
  const algorithm = like.length === 64 ? "sha256" : "sha1";
  return createHash(algorithm).update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}
