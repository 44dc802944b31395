import { setTimeout as sleep } from "node:timers/promises";
import { SeedbedError } from "../error.ts";
import { RegistryRefusal } from "./oci-refusal.ts";

// Names and certificates do not mend themselves within a run.
const LASTING_CODES = new Set(["ENOTFOUND", "EPROTO", "ERR_INVALID_URL", "ERR_SSL_WRONG_VERSION_NUMBER"]);

/** Whether a failure may be gone the next time. */
export function judgeFailure(error: unknown): "passing" | "lasting" {
  if (error instanceof RegistryRefusal) return error.passing ? "passing" : "lasting";
  if (!(error instanceof SeedbedError)) return "lasting";
  if (error.code === "registry-digest-mismatch") return "passing";
  if (error.code !== "registry-unreachable") return "lasting";
  const code = (error.cause as NodeJS.ErrnoException | undefined)?.code ?? "";
  return LASTING_CODES.has(code) || code.includes("CERT") ? "lasting" : "passing";
}

/** Waits as long as the registry asked for with Retry-After; the retry's own delay comes on top. */
export async function retryDelay(error: unknown, signal?: AbortSignal): Promise<void> {
  if (!(error instanceof RegistryRefusal) || judgeFailure(error) === "lasting") return;
  if (error.retryAfterMilliseconds === 0) return;
  const wait = sleep(error.retryAfterMilliseconds, undefined, signal === undefined ? {} : { signal });
  await wait.catch(() => signal?.throwIfAborted());
}
