import { isLabelValue } from "./label-value.ts";
import type { ManifestInput } from "./manifest-input.ts";

/** Namespace, bundle and release of a database: at most 48 of the 53 characters that Helm allows a release. */
export function bundleName(database: string): string {
  return `seedbed-${database}`;
}

/** The namespace of every Helm release, so that a database's own namespace can be an object of its bundle. */
export const releaseNamespace = "seedbed-system";

/** Names inside a database's namespace, the same in each. */
export const objectNames = {
  database: "oracle",
  pods: "oracle-pods",
  volume: "oradata",
  seedConfig: "seed",
  applyConfig: "apply",
} as const;

/** Selects the pod; it must never change, because a StatefulSet's selector is immutable. */
export function selectorLabels(database: string): Record<string, string> {
  return { "app.kubernetes.io/name": "oracle-database", "app.kubernetes.io/instance": database };
}

/**
 * Labels of every object. No `app.kubernetes.io/managed-by`: Helm overwrites it and Fleet then reports
 * the object as modified forever (seen with Fleet 0.16.1).
 */
export function objectLabels(input: ManifestInput): Record<string, string> {
  const owner = input.request.owner;
  return {
    ...selectorLabels(input.database),
    "app.kubernetes.io/part-of": "seedbed",
    ...(isLabelValue(owner) ? { "seedbed.dev/owner": owner } : {}),
  };
}
