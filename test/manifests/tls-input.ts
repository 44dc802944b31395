import type { ManifestInput } from "../../src/manifests/manifest-input.ts";
import type { Certificates } from "../../src/settings/settings.ts";
import { hr, placed, platformSettings } from "./example-input.ts";

/** A seeded database that is reached over TLS as well, from outside of its cluster in no other way. */
export const overTls: ManifestInput = withCertificates({
  kind: "cert-manager",
  issuer: { name: "internal-ca", kind: "ClusterIssuer" },
});

/** The same with certificates from elsewhere. */
export function withCertificates(certificates: Certificates): ManifestInput {
  const settings = structuredClone(platformSettings);
  settings.clusters["rke-dev"]!.certificates = certificates;
  const request = structuredClone(placed.request);
  request.database.access.tls = true;
  return { ...placed, database: "ledger", lock: { ...hr.lock, database: "ledger" }, settings, request };
}
