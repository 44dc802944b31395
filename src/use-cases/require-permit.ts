import { type PermitQuestion, judgePermit } from "../permit/judge-permit.ts";
import type { Permit } from "../permit/permit.ts";
import type { Digest } from "../crypto/digest.ts";
import { SeedbedError } from "../problem/error.ts";
import { highestGeneration } from "../lock/advance-lock.ts";
import type { PermitReason } from "../permit/permit-reason.ts";
import type { Settings } from "../settings/settings.ts";

/** What a run may use: the permit's digest and generation; without keys in the settings no permit is needed. */
export interface Authority {
  approval: Digest | null;
  generation: number;
  permit: Permit | null;
}

/** A work tree does not say which repository it is of. */
export type PermitNeed = Omit<PermitQuestion, "keys" | "repositoryId"> & { settings: Settings };

/** Looks for an open permit of exactly this request where the settings have keys. Throws `permit-…` and `approval-…`. */
export function requirePermit({ settings, ...need }: PermitNeed): Authority {
  const { keys } = settings.approval;
  if (keys.length === 0) return { approval: null, generation: highestGeneration(need.lock) + 1, permit: null };
  const verdict = judgePermit({ ...need, keys, repositoryId: null });
  if (verdict.permit === null) throw refused(verdict.reasons[0]);
  const { permit, digest, reasons } = verdict;
  if (reasons[0] !== undefined) throw refused(reasons[0]);
  return { approval: digest, generation: permit.generation, permit };
}

function refused({ code, what, fix }: PermitReason): SeedbedError {
  return new SeedbedError(code, what, { fix: `${fix} No connection to the source was made.` });
}

/** A permit for an image does not allow any access to the source. Throws `permit-image-only`. */
export function requireWork({ permit }: Pick<Authority, "permit">, needs: "export" | "image"): void {
  if (permit?.work !== "image" || needs === "image") return;
  const text = "The permit only allows a new image over the existing dump, but this work needs an export.";
  throw new SeedbedError("permit-image-only", text, {
    fix: "Ask a DBA of the source for a reseed. No connection to the source was made.",
  });
}
