import type { Digest } from "../crypto/digest.ts";

/** The digest at the end of `registry/repository@sha256:…`, the form in which settings name every base. */
export function digestOfReference(image: string): Digest {
  return image.slice(image.indexOf("@") + 1) as Digest;
}
