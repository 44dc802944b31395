import type { Permit } from "./permit.ts";

/** More approvers than this are counted instead of named: the words are part of titles, which must stay short. */
const NAMED = 2;

/** Why a permit was signed, in a few words: in commits, run titles and comments. Logins have no `@`, which would notify. */
export function describeCause(permit: Permit): string {
  switch (permit.cause) {
    case "review":
      return `approval by ${listNames(permit.evidence.reviews)} (#${permit.evidence.pull})`;
    case "reseed":
    case "retry":
      return `${permit.cause} requested by ${permit.evidence.login}`;
    case "refresh":
      return `scheduled refresh, due ${permit.evidence.due}`;
    case "rebuild":
      return `rebuild after settings change #${permit.evidence.settings_pull}`;
  }
}

/** The cause followed by the reason that a person gave; the reason is free text, so the caller has to escape it. */
export function describeCauseAndReason(permit: Permit): string {
  const cause = describeCause(permit);
  return permit.cause === "reseed" || permit.cause === "retry" ? `${cause}: ${permit.evidence.reason}` : cause;
}

function listNames(people: readonly { login: string }[]): string {
  const names = people.slice(0, NAMED).map(({ login }) => login);
  const more = people.length - names.length;
  return more === 0 ? names.join(" and ") : `${names.join(", ")} and ${more} more`;
}
