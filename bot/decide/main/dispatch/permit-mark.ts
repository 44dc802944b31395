import type { Digest } from "../../../../src/crypto/digest.ts";

/** The mark of the permit in the reason of a run that the bot started; null in any other reason. */
export function findMark(reason: string): string | null {
  return /\bpermit [0-9a-f]{12}\b/.exec(reason)?.[0] ?? null;
}

/** The mark of a permit in the titles of its runs. */
export function markOf(digest: Digest): string {
  return `permit ${digest.slice("sha256:".length, "sha256:".length + 12)}`;
}
