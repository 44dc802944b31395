/** Namespace, bundle and release of a database: at most 48 of the 53 characters that Helm allows a release. */
export function bundleName(database: string): string {
  return `seedbed-${database}`;
}

/** The namespace of every Helm release, so that a database's own namespace can be an object of its bundle. */
export const releaseNamespace = "seedbed-system";

/** Names inside a database's namespace, the same in each. */
export const objectNames = {
  database: "oracle",
  outside: "oracle-outside",
  pods: "oracle-pods",
  volume: "oradata",
  seedConfig: "seed",
  applyConfig: "apply",
} as const;

/** What the pods of all databases have in common. */
export const databaseLabel = { "app.kubernetes.io/name": "oracle-database" };

/** Selects the pod; it must never change, because a StatefulSet's selector is immutable. */
export function selectorLabels(database: string): Record<string, string> {
  return { ...databaseLabel, "app.kubernetes.io/instance": database };
}
