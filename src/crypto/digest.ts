import { createHash } from "node:crypto";
import canonicalize from "canonicalize";

/** `sha256:` and 64 lower-case hex digits. */
export type Digest = `sha256:${string}`;

/** Digest of bytes, or of the UTF-8 bytes of a text. */
export function digestOfBytes(bytes: string | Uint8Array): Digest {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** The RFC 8785 text of a JSON value: the same value gives the same bytes on every machine. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("A value that JSON cannot represent has no digest.");
  return text;
}

/** Digest of a JSON value over its canonical text. */
export function digestOfJson(value: unknown): Digest {
  return digestOfBytes(canonicalJson(value));
}
