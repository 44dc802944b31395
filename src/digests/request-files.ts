import type { RequestFiles } from "../request/request.ts";
import { digestOfBytes, digestOfJson, type Digest } from "../crypto/digest.ts";

/** Path to SHA-256 of every hand-written file of a request, as a permit lists them: one changed byte changes it. */
export function listRequestDigests(files: RequestFiles): Record<string, Digest> {
  const paths = Object.keys(files.files).toSorted();
  return Object.fromEntries(paths.map((path) => [path, digestOfBytes(files.files[path]!)]));
}

/** One digest over every hand-written file of a request, names included. */
export function digestRequestFiles(files: RequestFiles): Digest {
  return digestOfJson(listRequestDigests(files));
}
