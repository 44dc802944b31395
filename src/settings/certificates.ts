import type { Settings } from "./settings.ts";

/** The Secret that cert-manager keeps a database's certificate in, in its namespace. */
export const MADE_TLS_SECRET = "oracle-tls";

/** Name of the Secret with a database's certificate and key; null in a cluster whose databases have no certificates. */
export function tlsSecretOf({ clusters }: Pick<Settings, "clusters">, cluster: string): string | null {
  const certificates = Object.hasOwn(clusters, cluster) ? clusters[cluster]?.certificates : undefined;
  if (certificates === undefined) return null;
  return certificates.kind === "existing" ? certificates.name : MADE_TLS_SECRET;
}
