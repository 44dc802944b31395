import type { Digest } from "../crypto/digest.ts";

export interface TagDigests {
  dumpSet: Digest;
  runtime: Digest;
  importInputs: Digest;
}

/** `<12 of the dump set>-<8 of the runtime>-<8 of the import inputs>`: a tag that can be compared with a lock. */
export function imageTag(digests: TagDigests): string {
  const parts = [hex(digests.dumpSet, 12), hex(digests.runtime, 8), hex(digests.importInputs, 8)];
  return parts.join("-");
}

/** The tag that records the permit for which an image was made. */
export function permitTag(permit: Digest): string {
  return `permit-${hex(permit, 64)}`;
}

function hex(digest: Digest, digits: number): string {
  return digest.slice("sha256:".length, "sha256:".length + digits);
}
