import { listRequestDigests } from "../digests/request-files.ts";
import { highestGeneration } from "../lock/advance-lock.ts";
import type { Lock } from "../lock/lock.ts";
import type { RequestFiles } from "../request/request.ts";
import type { Settings } from "../settings/settings.ts";
import { differingFiles } from "./differing-files.ts";
import { approvalDigest, type Permit } from "./permit.ts";

export interface PermitQuestion {
  settings: Settings;
  files: RequestFiles;
  source: string;
  lock: Lock;
  /** Text of approval.yaml; null where there is none. */
  approval: string | null;
  /** Milliseconds since the epoch, from a clock that the caller trusts. */
  now: number;
  /** Absent where it is unknown, as in a work tree. */
  repositoryId?: string;
}

// GitHub's clock and the runner's clock can differ.
const TOLERANCE = 5 * 60_000;

/** Why an authentic permit does not match this request and run; null when it does. */
export function findMismatch(permit: Permit, question: PermitQuestion): { code: string; text: string } | null {
  const { files, source, now, repositoryId } = question;
  if (repositoryId !== undefined && permit.repository.id !== repositoryId)
    return {
      code: "permit-other-repository",
      text: `The permit is for the repository ${permit.repository.id}, not for ${repositoryId}.`,
    };
  if (permit.database !== files.database)
    return { code: "permit-other-database", text: `The permit is for ${permit.database}, not for ${files.database}.` };
  if (permit.source !== source)
    return {
      code: "permit-other-source",
      text: `The permit is for the source ${permit.source}, but the request names ${source}.`,
    };
  const changed = differingFiles(permit.request, listRequestDigests(files));
  if (changed.length > 0)
    return {
      code: "permit-other-request",
      text: `These files differ from what the permit covers: ${changed.join(", ")}.`,
    };
  if (permit.work === "apply")
    return { code: "permit-apply-only", text: "The permit only allows applying this request, not an export." };
  return findSpent(permit, question) ?? findExpired(permit, now);
}

/** Each permit is good for one attempt: both a success and a failure use it up. */
function findSpent(permit: Permit, { lock, approval }: PermitQuestion): { code: string; text: string } | null {
  const { last_attempt: attempt } = lock;
  const used = highestGeneration(lock);
  if (permit.generation > used) return null;
  const same = approval !== null && attempt?.approval === approvalDigest(Buffer.from(approval));
  if (same && attempt.outcome === "failed")
    return {
      code: "permit-failed",
      text: `The permit was used up by run ${attempt.run}, which failed in stage ${attempt.stage}: ${attempt.code}.`,
    };
  if (same) return { code: "permit-spent", text: `The permit was already used by run ${attempt.run}.` };
  return {
    code: "permit-spent",
    text: `The permit has generation ${permit.generation}, but generation ${used} was already used.`,
  };
}

function findExpired(permit: Permit, now: number): { code: string; text: string } | null {
  if (permit.expires_at === undefined || Date.parse(permit.expires_at) + TOLERANCE >= now) return null;
  return { code: "permit-expired", text: `The permit expired at ${permit.expires_at}.` };
}
