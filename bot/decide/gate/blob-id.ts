import { createHash } from "node:crypto";

/** The git blob id of a text, with the same hash algorithm as another id of the repository (`like`). */
export function blobId(text: string, like: string): string {
  const bytes = Buffer.from(text);
  const algorithm = like.length === 64 ? "sha256" : "sha1";
  return createHash(algorithm).update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}
