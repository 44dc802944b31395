import { parsePermit } from "../../../../src/permit/parse-permit.ts";
import { differingFiles } from "../../../../src/permit/differing-files.ts";
import { parseApproval } from "../../../../src/permit/parse-approval.ts";
import { approvalDigest, type Permit } from "../../../../src/permit/permit.ts";
import type { Digest } from "../../../../src/crypto/digest.ts";
import { listRequestDigests } from "../../../../src/digests/request-files.ts";
import { highestGeneration } from "../../../../src/lock/advance-lock.ts";
import type { Lock } from "../../../../src/lock/lock.ts";
import type { RequestFiles } from "../../../../src/request/request.ts";
import type { Settings } from "../../../../src/settings/settings.ts";
import type { Standing, StandingPermit } from "../main-state.ts";

export interface StandingQuestion {
  /** Text of approval.yaml; null if there is none. */
  approval: string | null;
  files: RequestFiles;
  /** Name of the request's source. */
  source: string | null;
  lock: Lock;
  settings: Settings;
  repositoryId: string;
  /** Milliseconds since the epoch, GitHub's clock. */
  now: number;
}

/** Judges the approval.yaml on main: its signature, what it covers, and whether it is still open. */
export function judgeStanding(question: StandingQuestion): Standing {
  const { approval, files, lock, settings, repositoryId } = question;
  if (approval === null) return { kind: "none" };
  const bytes = Buffer.from(approval);
  const digest = approvalDigest(bytes);
  const outcome = usedAs(digest, lock);
  const verified = readPermit(bytes, settings, outcome !== null);
  if (!verified.ok) return { kind: "broken", why: verified.why };
  const { permit, key } = verified;
  if (permit.repository.id !== repositoryId)
    return { kind: "broken", why: `approval.yaml is for repository ${permit.repository.id}` };
  if (permit.database !== files.database) return { kind: "broken", why: `approval.yaml is for ${permit.database}` };
  const covers =
    permit.source === question.source && differingFiles(permit.request, listRequestDigests(files)).length === 0;
  return { kind: outcome ?? kindOf(permit, question), permit, digest, key, covers };
}

function usedAs(digest: Digest, lock: Lock): "seeded" | "failed" | null {
  if (lock.last_attempt?.approval === digest) return lock.last_attempt.outcome;
  return lock.approval === digest ? "seeded" : null;
}

function kindOf(permit: Permit, { lock, now }: StandingQuestion): StandingPermit["kind"] {
  if (permit.work === "apply") return "applied";
  // If another permit has used this generation, this permit can no longer be used, just as if it had failed.
  if (permit.generation <= highestGeneration(lock)) return "failed";
  return permit.expires_at === undefined || Date.parse(permit.expires_at) <= now ? "expired" : "open";
}

type ReadPermit = { ok: true; permit: Permit; key: string } | { ok: false; why: string };

/** A permit that the lock names was verified when it was used: it stays used even if its key is removed from the settings. */
function readPermit(bytes: Buffer, settings: Settings, used: boolean): ReadPermit {
  const verified = parseApproval(bytes, settings.approval.keys);
  if (verified.ok) return { ok: true, permit: verified.permit, key: verified.key };
  if (!used) return { ok: false, why: verified.fault.what };
  const text = bytes.toString("utf8");
  const parsed = parsePermit(text.slice(0, text.lastIndexOf("\n", text.length - 2) + 1));
  return parsed.ok ? { ok: true, permit: parsed.value, key: "" } : { ok: false, why: verified.fault.what };
}
