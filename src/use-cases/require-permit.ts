import { findMismatch, type PermitQuestion } from "../permit/find-mismatch.ts";
import { parseApproval } from "../permit/parse-approval.ts";
import { approvalDigest, type Permit } from "../permit/permit.ts";
import type { Digest } from "../crypto/digest.ts";
import { SeedbedError } from "../problem/error.ts";
import { folderOf } from "../layout/database-folder.ts";
import { highestGeneration } from "../lock/advance-lock.ts";

/** What a run may use: the permit's digest and generation; without keys in the settings no permit is needed. */
export interface Authority {
  approval: Digest | null;
  generation: number;
  permit: Permit | null;
}

/** Looks for an open permit of exactly this request where the settings have keys. Throws `permit-…`. */
export function requirePermit(question: PermitQuestion): Authority {
  const { settings, lock, approval, files } = question;
  const { keys } = settings.approval;
  if (keys.length === 0) return { approval: null, generation: highestGeneration(lock) + 1, permit: null };
  const path = folderOf(files.database).approval;
  if (approval === null) throw refused("permit-missing", `There is no ${path}, so this export has no permit.`);
  const bytes = Buffer.from(approval);
  const verified = parseApproval(bytes, keys);
  if (!verified.ok) throw new SeedbedError(verified.fault.code, verified.fault.what, { fix: verified.fault.fix });
  const wrong = findMismatch(verified.permit, question);
  if (wrong !== null) throw refused(wrong.code, wrong.text);
  return { approval: approvalDigest(bytes), generation: verified.permit.generation, permit: verified.permit };
}

/** A permit for an image does not allow any access to the source. Throws `permit-image-only`. */
export function requireWork({ permit }: Pick<Authority, "permit">, needs: "export" | "image"): void {
  if (permit?.work !== "image" || needs === "image") return;
  const text = "The permit only allows a new image over the existing dump, but this work needs an export.";
  throw new SeedbedError("permit-image-only", text, {
    fix: "Ask a DBA of the source for a reseed. No connection to the source was made.",
  });
}

function refused(code: string, text: string): SeedbedError {
  return new SeedbedError(code, text, {
    fix: "Let a DBA of the source review the request in a pull request, or ask one of them for a reseed. No connection to the source was made.",
  });
}
