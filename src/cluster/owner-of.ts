import type { LiveObject } from "../ports/cluster.ts";
import { APPLIER } from "./applier.ts";

/** Who keeps an object as it is. */
export type Owner =
  /** This command line's server-side apply. */
  | { kind: "seedbed" }
  /** A bundle of Fleet; `name` is the release's. */
  | { kind: "fleet"; name: string }
  /** A release of Helm without Fleet. */
  | { kind: "helm"; name: string }
  /** Another field manager that applied it. */
  | { kind: "manager"; name: string }
  /** It was made by something that does not apply: by hand, or by a controller. */
  | { kind: "nobody" };

/**
 * The owner of a live object. Fleet's agent is Helm, which annotates the release (helm.sh, "Charts Tips and Tricks"), and adds
 * `objectset.rio.cattle.io/id` (seen with Fleet 0.16.1).
 */
export function ownerOf({ metadata }: LiveObject): Owner {
  const release = metadata.annotations?.["meta.helm.sh/release-name"];
  const isFleets = metadata.annotations?.["objectset.rio.cattle.io/id"] !== undefined || hasManager(metadata, /^fleet/);
  if (isFleets) return { kind: "fleet", name: release ?? "unknown" };
  if (release !== undefined) return { kind: "helm", name: release };
  if (hasManager(metadata, new RegExp(`^${APPLIER}$`))) return { kind: "seedbed" };
  const other = metadata.managedFields?.find(({ operation }) => operation === "Apply");
  return other === undefined ? { kind: "nobody" } : { kind: "manager", name: other.manager };
}

function hasManager({ managedFields = [] }: LiveObject["metadata"], name: RegExp): boolean {
  return managedFields.some(({ manager, operation }) => operation === "Apply" && name.test(manager));
}
