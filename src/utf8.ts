import { SeedbedError } from "./error.ts";

/** The text of bytes, a byte order mark included; null when they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** The text of a file of the repository. Throws `not-utf8`. */
export function requireUtf8(path: string, bytes: Uint8Array): string {
  const text = decodeUtf8(bytes);
  if (text !== null) return text;
  throw new SeedbedError("not-utf8", `${path} is not UTF-8 text.`, { fix: `Save ${path} as UTF-8.` });
}
