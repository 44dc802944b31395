import { createHash } from "node:crypto";
import { parseSeedResult, type Failed } from "../../../src/lock/seed-result.ts";
import type { Hub } from "../../hub/hub.ts";
import type { DatabaseState } from "../../decide/main/main-state.ts";
import { MAX_RESULT_BYTES } from "../../decide/main/results/artifact-text.ts";
import { readArtifact } from "./read-artifact.ts";

/**
 * The result of a failed last attempt, which has the fix; the lock only has the error. null if the artifact is gone or is not
 * the one that the lock was written from.
 */
export async function readFailure(hub: Hub, { lock }: DatabaseState): Promise<Failed | null> {
  const attempt = lock.last_attempt;
  if (attempt?.outcome !== "failed" || (await hub.actions.run(attempt.run)) === null) return null;
  const artifacts = (await hub.actions.artifacts(attempt.run)).filter(
    ({ name, expired, bytes }) => name.startsWith("seed-result-") && !expired && bytes <= MAX_RESULT_BYTES,
  );
  for (const { id, digest } of artifacts) {
    const zip = await hub.actions.downloadArtifact(id);
    if (digest !== `sha256:${createHash("sha256").update(zip).digest("hex")}`) continue;
    const document = await readArtifact(zip);
    const parsed = document.ok ? parseSeedResult(document.text) : null;
    if (!parsed?.ok || parsed.value.outcome !== "failed") continue;
    const { value } = parsed;
    if (value.run === attempt.run && value.approval === attempt.approval && value.text === attempt.error) return value;
  }
  return null;
}
