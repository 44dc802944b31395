import { listRequestDigests } from "../digests/request-files.ts";
import { highestGeneration } from "../lock/advance-lock.ts";
import type { Lock } from "../lock/lock.ts";
import type { RequestFiles } from "../request/request.ts";
import { differingFiles } from "./differing-files.ts";
import { isExpired } from "./is-expired.ts";
import type { Permit } from "./permit.ts";
import { ASK_FOR_PERMIT, type PermitReason } from "./permit-reason.ts";
import { type FoundPermit, type NoPermit, type PermitFile, readPermit, recordedUse } from "./read-permit.ts";

export interface PermitQuestion extends Pick<PermitFile, "approval" | "keys" | "repositoryId"> {
  files: RequestFiles;
  /** Name of the request's source; null where it cannot be told: then the bytes of the request decide alone. */
  source: string | null;
  lock: Lock;
  /** Milliseconds since the epoch, from a clock that the caller trusts; null where expiry is not to be judged. */
  now: number | null;
}

/** What the approval.yaml of a database is worth. A run may start if it is `open` and covers, which is when there is no reason. */
export type PermitVerdict = NoPermit | JudgedPermit;

/** An authentic permit of this database. */
export type JudgedPermit = FoundPermit &
  PermitState & {
    /** Whether it is for exactly this source and these bytes of the request. */
    covers: boolean;
    /** Why no run may use it, in the order in which they are told: first what it does not cover, then its state. */
    reasons: PermitReason[];
  };

/**
 * Each permit is good for one attempt. `used` says as what: `overtaken` is for a permit whose generation another one used.
 * `applied` is for work that needs no run, so it never expires.
 */
type PermitState = { kind: "open" | "expired" | "applied" } | { kind: "used"; as: "seeded" | "failed" | "overtaken" };

/** The one judge of permits: bot, door, the check before publishing, command line and `verify` decide and speak by its verdict. */
export function judgePermit(question: PermitQuestion): PermitVerdict {
  const { files, source, lock } = question;
  const found = readPermit({ ...question, database: files.database });
  if (found.permit === null) return found;
  const state = stateOf(found, question);
  const other = [...findOtherSource(found.permit, source), ...findOtherFiles(found.permit, files)];
  const reasons = [...other, ...findObstacles(found, state, lock)];
  return { ...found, ...state, covers: other.length === 0, reasons };
}

function stateOf({ permit, digest }: FoundPermit, { lock, now }: PermitQuestion): PermitState {
  const as = recordedUse(digest, lock);
  if (as !== null) return { kind: "used", as };
  if (permit.work === "apply") return { kind: "applied" };
  if (permit.generation <= highestGeneration(lock)) return { kind: "used", as: "overtaken" };
  return { kind: now !== null && isExpired(permit, now) ? "expired" : "open" };
}

function findOtherSource(permit: Permit, source: string | null): PermitReason[] {
  if (source === null || permit.source === source) return [];
  return [
    {
      code: "permit-other-source",
      what: `The permit is for the source ${permit.source}, but the request names ${source}.`,
      fix: ASK_FOR_PERMIT,
    },
  ];
}

function findOtherFiles({ request }: Permit, files: RequestFiles): PermitReason[] {
  const changed = differingFiles(request, listRequestDigests(files));
  if (changed.length === 0) return [];
  return [
    {
      code: "permit-other-request",
      what: `These files differ from what the permit covers: ${changed.join(", ")}.`,
      fix: ASK_FOR_PERMIT,
    },
  ];
}

function findObstacles(found: FoundPermit, state: PermitState, lock: Lock): PermitReason[] {
  const { permit } = found;
  const apply = permit.work === "apply" ? [applyOnly] : [];
  if (state.kind === "used") return [...apply, describeUse(found, lock)];
  if (state.kind !== "expired") return apply;
  return [{ code: "permit-expired", what: `The permit expired at ${permit.expires_at}.`, fix: ASK_FOR_PERMIT }];
}

const applyOnly: PermitReason = {
  code: "permit-apply-only",
  what: "The permit only allows applying this request, not an export.",
  fix: ASK_FOR_PERMIT,
};

function describeUse({ permit, digest }: FoundPermit, lock: Lock): PermitReason {
  const { last_attempt: attempt } = lock;
  const own = attempt?.approval === digest ? attempt : undefined;
  if (own?.outcome === "failed")
    return {
      code: "permit-failed",
      what: `The permit was used up by run ${own.run}, which failed in stage ${own.stage}: ${own.code}.`,
      fix: ASK_FOR_PERMIT,
    };
  if (own !== undefined)
    return { code: "permit-spent", what: `The permit was already used by run ${own.run}.`, fix: ASK_FOR_PERMIT };
  return {
    code: "permit-spent",
    what: `The permit has generation ${permit.generation}, but generation ${highestGeneration(lock)} was already used.`,
    fix: ASK_FOR_PERMIT,
  };
}
