/** Why no run may use a permit: the same words for everybody who reads one. */
export interface PermitReason {
  /** Stable and kebab-case, for example `permit-expired`. */
  code: string;
  /** A full sentence. */
  what: string;
  /** What to do now, as full sentences. */
  fix: string;
}

/** How to get an open permit. */
export const ASK_FOR_PERMIT =
  "Let a DBA of the source review the request in a pull request, or ask one of them for a reseed.";

/** For a file that is not what the bot wrote. */
export const RESTORE_PERMIT =
  "approval.yaml must not be edited: restore the bot's last version, or ask for a new permit.";
