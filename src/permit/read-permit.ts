import { folderOf } from "../layout/database-folder.ts";
import type { Digest } from "../crypto/digest.ts";
import { locateProblem } from "../problem/locate-problem.ts";
import type { Problem } from "../problem/problem.ts";
import { sentence } from "../text/sentence.ts";
import type { LastAttempt, Lock } from "../lock/lock.ts";
import { type ApprovalKeys, parseApproval, type VerifiedApproval } from "./parse-approval.ts";
import { parsePermit } from "./parse-permit.ts";
import { approvalDigest, type Permit } from "./permit.ts";
import { ASK_FOR_PERMIT, type PermitReason, RESTORE_PERMIT } from "./permit-reason.ts";

/** What is at approval.yaml: its text; null where there is nothing; `unreadable` where it cannot be used as it stands there, and why. */
export type ApprovalFile = string | null | { unreadable: Problem };

export interface PermitFile {
  approval: ApprovalFile;
  /** `approval.keys` of the settings. */
  keys: ApprovalKeys;
  database: string;
  /** null where it is unknown, as in a work tree. */
  repositoryId: string | null;
  /** null for a permit that is not the current one any more: then its signature counts alone. */
  lock: Pick<Lock, "approval" | "last_attempt"> | null;
}

/** An authentic permit of this database in this repository. */
export interface FoundPermit {
  permit: Permit;
  digest: Digest;
  /** Id of the key that signed it; empty for a used permit whose key has left the settings. */
  key: string;
}

/** `none`: no file. `broken`: not signed with a known key, not a permit, or another repository's or database's. */
export interface NoPermit {
  kind: "none" | "broken";
  permit: null;
  digest: null;
  covers: false;
  reasons: [PermitReason, ...PermitReason[]];
}

/** Reads the permit of a database, whatever it covers. Nothing is parsed before its signature is verified, now or for the lock. */
export function readPermit(file: PermitFile): FoundPermit | NoPermit {
  const { approval, database } = file;
  const path = folderOf(database).approval;
  if (approval === null)
    return noPermit("none", {
      code: "permit-missing",
      what: `There is no ${path}, so this export has no permit.`,
      fix: ASK_FOR_PERMIT,
    });
  if (typeof approval !== "string") {
    const { unreadable } = approval;
    return noPermit("broken", {
      code: unreadable.code,
      what: sentence(locateProblem(unreadable)),
      fix: RESTORE_PERMIT,
    });
  }
  const bytes = Buffer.from(approval);
  const digest = approvalDigest(bytes);
  const verified = verify(bytes, file, recordedUse(digest, file.lock) !== null);
  if (!verified.ok) return noPermit("broken", verified.fault);
  const [other, ...more] = [...findOtherRepository(verified.permit, file), ...findOtherDatabase(verified.permit, file)];
  if (other !== undefined) return noPermit("broken", other, more);
  return { permit: verified.permit, digest, key: verified.key };
}

/** The outcome that a lock records for exactly this permit; null where it does not name it. */
export function recordedUse(digest: Digest, lock: PermitFile["lock"]): LastAttempt["outcome"] | null {
  if (lock?.last_attempt?.approval === digest) return lock.last_attempt.outcome;
  return lock?.approval === digest ? "seeded" : null;
}

/** A permit that the lock names was verified when it was used: it stays used even if its key is removed from the settings. */
function verify(bytes: Buffer, { keys }: PermitFile, used: boolean): VerifiedApproval {
  const verified = parseApproval(bytes, keys);
  if (verified.ok || !used) return verified;
  const text = bytes.toString("utf8");
  const parsed = parsePermit(text.slice(0, text.lastIndexOf("\n", text.length - 2) + 1));
  return parsed.ok ? { ok: true, permit: parsed.value, key: "" } : verified;
}

function findOtherRepository({ repository }: Permit, { repositoryId }: PermitFile): PermitReason[] {
  if (repositoryId === null || repository.id === repositoryId) return [];
  return [
    {
      code: "permit-other-repository",
      what: `The permit is for the repository ${repository.id}, not for ${repositoryId}.`,
      fix: ASK_FOR_PERMIT,
    },
  ];
}

function findOtherDatabase(permit: Permit, { database }: PermitFile): PermitReason[] {
  if (permit.database === database) return [];
  return [
    {
      code: "permit-other-database",
      what: `The permit is for ${permit.database}, not for ${database}.`,
      fix: ASK_FOR_PERMIT,
    },
  ];
}

function noPermit(kind: NoPermit["kind"], reason: PermitReason, more: PermitReason[] = []): NoPermit {
  return { kind, permit: null, digest: null, covers: false, reasons: [reason, ...more] };
}
