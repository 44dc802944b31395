import type { LiveObject } from "../ports/cluster.ts";

/** What the server keeps for itself: who wrote, how often and when. */
const OWN = ["managedFields", "resourceVersion", "uid", "creationTimestamp", "generation", "selfLink", "finalizers"];

/** An object without what the server writes into it, so that two states of it differ only in what somebody asked for. */
export function cleanObject({ metadata, ...rest }: LiveObject): Record<string, unknown> {
  const kept = Object.entries(metadata).filter(([key]) => !OWN.includes(key));
  const { status: _status, ...asked } = rest;
  return { ...asked, metadata: Object.fromEntries(kept) };
}
