import type { Lock } from "../lock/lock.ts";
import type { Work } from "./work.ts";
import type { Digest } from "../crypto/digest.ts";

/** The current digests of a request. */
export interface DigestsNow {
  seed_inputs: Digest;
  import_inputs: Digest;
  /** The full digest where the runtime's files are available; else base and platform, compared with the locked image's. */
  runtime: Digest | { base: Digest; platform: string };
  apply_inputs: Digest;
  /** What was applied last, from the previous manifests; null where there are none. */
  applied: Digest | null;
}

/** The least work that brings a database from its lock to its request. */
export function compareDigests(lock: Pick<Lock, "digests" | "image"> | null, now: DigestsNow): Work {
  const had = lock?.digests;
  if (!had || had.seed_inputs !== now.seed_inputs) return "export";
  if (had.import_inputs !== now.import_inputs || runtimeDiffers(lock, now.runtime)) return "image";
  return now.apply_inputs === now.applied ? "none" : "apply";
}

function runtimeDiffers(lock: Pick<Lock, "digests" | "image"> | null, now: DigestsNow["runtime"]): boolean {
  if (typeof now === "string") return lock?.digests?.runtime !== now;
  return lock?.image?.base !== now.base || lock.image.platform !== now.platform;
}
