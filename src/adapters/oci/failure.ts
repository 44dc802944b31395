import { setTimeout as sleep } from "node:timers/promises";
import { SeedbedError } from "../../problem/error.ts";
import { RegistryRefusal } from "./refusal.ts";

// Errors of names and certificates do not go away within a run.
const LASTING_CODES = new Set(["ENOTFOUND", "EPROTO", "ERR_INVALID_URL", "ERR_SSL_WRONG_VERSION_NUMBER"]);

const PASSING = new Set(["registry-unreachable", "proxy-unreachable", "proxy-failed"]);

/** Whether a failure may be temporary. */
export function judgeFailure(error: unknown): "passing" | "lasting" {
  if (error instanceof RegistryRefusal) return error.passing ? "passing" : "lasting";
  if (!(error instanceof SeedbedError)) return "lasting";
  if (error.code === "registry-digest-mismatch") return "passing";
  if (!PASSING.has(error.code)) return "lasting";
  const code = (error.cause as NodeJS.ErrnoException | undefined)?.code ?? "";
  return LASTING_CODES.has(code) || code.includes("CERT") ? "lasting" : "passing";
}

/** Waits for the time in the registry's Retry-After, in addition to the retry's own delay. */
export async function retryDelay(error: unknown, signal?: AbortSignal): Promise<void> {
  if (!(error instanceof RegistryRefusal) || judgeFailure(error) === "lasting") return;
  if (error.retryAfterMilliseconds === 0) return;
  const wait = sleep(error.retryAfterMilliseconds, undefined, signal === undefined ? {} : { signal });
  await wait.catch(() => signal?.throwIfAborted());
}
