import type { DatabaseState, MainState } from "../main-state.ts";

const DAY = 24 * 60 * 60_000;

/** Whether something happened to a database within a day, or its permit is open; older comments are left alone. */
export function isRecent({ now }: Pick<MainState, "now">, { verdict, lock }: DatabaseState): boolean {
  const signed = verdict.permit?.signed_at ?? "";
  const latest = Math.max(...[signed, lock.last_attempt?.at ?? ""].map((at) => Date.parse(at) || 0));
  return latest > now - DAY || verdict.kind === "open";
}
