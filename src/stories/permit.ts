import { parseApproval } from "../approval/parse-approval.ts";
import { approvalDigest, type Permit } from "../approval/permit.ts";
import type { Digest } from "../digests/digest.ts";
import { listRequestDigests } from "../digests/request-files.ts";
import { SeedbedError } from "../error.ts";
import { highestGeneration } from "../lock/advance-lock.ts";
import type { Lock } from "../lock/lock.ts";
import type { RequestFiles } from "../request/request.ts";
import type { Settings } from "../settings/settings.ts";

export interface PermitQuestion {
  settings: Settings;
  files: RequestFiles;
  source: string;
  lock: Lock;
  /** Text of approval.yaml; null where there is none. */
  approval: string | null;
  /** Milliseconds since the epoch, from a clock that the caller trusts. */
  now: number;
  /** Where somebody knows it: a work tree does not. */
  repositoryId?: string;
}

/** What a run may use: the permit's digest and generation; without keys in the settings nobody asks for a permit. */
export interface Authority {
  approval: Digest | null;
  generation: number;
  permit: Permit | null;
}

// GitHub's clock and ours are never the same.
const TOLERANCE = 5 * 60_000;

/** Looks for an open permit of exactly this request where the settings have keys. Throws `permit-…`. */
export function requirePermit(question: PermitQuestion): Authority {
  const { settings, lock, approval, files } = question;
  const { keys } = settings.approval;
  if (keys.length === 0) return { approval: null, generation: highestGeneration(lock) + 1, permit: null };
  const path = `environments/${files.database}/approval.yaml`;
  if (approval === null) throw refused("permit-missing", `There is no ${path}: nobody has permitted this export.`);
  const bytes = Buffer.from(approval);
  const verified = parseApproval(bytes, keys);
  if (!verified.ok) throw new SeedbedError(verified.refusal.code, verified.refusal.what, { fix: verified.refusal.fix });
  const wrong = findMismatch(verified.permit, question);
  if (wrong !== null) throw refused(wrong.code, wrong.text);
  return { approval: approvalDigest(bytes), generation: verified.permit.generation, permit: verified.permit };
}

/** A permit for an image allows no look at the source at all. Throws `permit-image-only`. */
export function requireWork({ permit }: Pick<Authority, "permit">, needs: "export" | "image"): void {
  if (permit?.work !== "image" || needs === "image") return;
  const text = "The permit allows a new image over the dump of the present one, and this work would need an export.";
  throw new SeedbedError("permit-image-only", text, {
    fix: "Ask a DBA of the source for a reseed. Nothing was connected to.",
  });
}

/** Why an authentic permit does not fit what it is shown for; null when it does. */
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
      text: `The permit is for the source ${permit.source}; the request names ${source}.`,
    };
  const changed = differingFiles(permit.request, listRequestDigests(files));
  if (changed.length > 0)
    return { code: "permit-other-request", text: `The permit is for other bytes than these: ${changed.join(", ")}.` };
  if (permit.work === "apply")
    return { code: "permit-apply-only", text: "The permit allows to apply this request, and no export." };
  return findSpent(permit, question) ?? findExpired(permit, now);
}

/** Each permit opens one attempt: a success, or a failure, closes it for good. */
function findSpent(permit: Permit, { lock, approval }: PermitQuestion): { code: string; text: string } | null {
  const { last_attempt: attempt } = lock;
  const used = highestGeneration(lock);
  if (permit.generation > used) return null;
  const same = approval !== null && attempt?.approval === approvalDigest(Buffer.from(approval));
  if (same && attempt.outcome === "failed")
    return {
      code: "permit-failed",
      text: `The permit was spent by run ${attempt.run}, which failed in ${attempt.stage}: ${attempt.code}.`,
    };
  if (same) return { code: "permit-spent", text: `The permit was used already, by run ${attempt.run}.` };
  return {
    code: "permit-spent",
    text: `The permit has generation ${permit.generation}; generation ${used} was used already.`,
  };
}

function findExpired(permit: Permit, now: number): { code: string; text: string } | null {
  if (permit.expires_at === undefined || Date.parse(permit.expires_at) + TOLERANCE >= now) return null;
  return { code: "permit-expired", text: `The permit expired at ${permit.expires_at}.` };
}

function differingFiles(permitted: Record<string, Digest>, there: Record<string, Digest>): string[] {
  const paths = new Set([...Object.keys(permitted), ...Object.keys(there)]);
  return [...paths].filter((path) => permitted[path] !== there[path]).toSorted();
}

function refused(code: string, text: string): SeedbedError {
  return new SeedbedError(code, text, {
    fix: "Let a DBA of the source review the request in a pull request, or ask one of them for a reseed. Nothing was connected to.",
  });
}
