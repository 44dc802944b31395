import { listAt, textAt } from "./fields.ts";

/** One of `status.conditions`, as every kind has them. */
export interface Condition {
  status: string;
  reason: string;
  message: string;
  /** Milliseconds since the epoch of its last change; null where the object does not say. */
  since: number | null;
}

/** The condition of a type; null where there is none, which says nothing. */
export function conditionOf(object: unknown, type: string): Condition | null {
  const found = listAt(object, "status", "conditions").find((one) => textAt(one, "type") === type);
  if (found === undefined) return null;
  // Fleet's conditions have lastUpdateTime, Kubernetes' own lastTransitionTime; some have both.
  const time = textAt(found, "lastUpdateTime") ?? textAt(found, "lastTransitionTime");
  return {
    status: textAt(found, "status") ?? "Unknown",
    reason: textAt(found, "reason") ?? "",
    message: textAt(found, "message") ?? "",
    since: readTime(time),
  };
}

/** Milliseconds since the epoch; null for no time, or text that is none. */
export function readTime(text: string | undefined): number | null {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? null : time;
}
