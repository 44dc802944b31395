import { MADE_TLS_SECRET, tlsSecretOf } from "../settings/certificates.ts";
import { clusterOf } from "./fleet.ts";
import type { KubernetesObject, ManifestInput } from "./manifest-input.ts";
import { bundleName, objectNames } from "./names.ts";
import { objectMetadata } from "./object-metadata.ts";

/** The Secret with certificate and key that the pod mounts, if the request asks for Oracle Net over TLS. */
export function tlsSecretFor({ request, settings }: Pick<ManifestInput, "request" | "settings">): string | null {
  return request.database.access.tls === true ? tlsSecretOf(settings, request.placement.cluster) : null;
}

/**
 * cert-manager's order for it (https://cert-manager.io/docs/reference/api-docs/#cert-manager.io/v1.CertificateSpec). Its defaults are
 * written out, because values that somebody adds would look like a change by others. A common name, because a wallet's certificates
 * are told apart by their subjects; RSA, which every release of Oracle Net has.
 */
export function renderCertificate(input: ManifestInput): KubernetesObject[] {
  const { certificates } = clusterOf(input);
  if (tlsSecretFor(input) === null || certificates?.kind !== "cert-manager") return [];
  const { name, kind } = certificates.issuer;
  return [
    {
      apiVersion: "cert-manager.io/v1",
      kind: "Certificate",
      metadata: objectMetadata(input, MADE_TLS_SECRET),
      spec: {
        secretName: MADE_TLS_SECRET,
        issuerRef: { group: "cert-manager.io", kind, name },
        commonName: `${objectNames.database}.${bundleName(input.database)}.svc`,
        dnsNames: serviceNames(input),
        privateKey: { algorithm: "RSA", encoding: "PKCS8", rotationPolicy: "Always", size: 3072 },
        usages: ["digital signature", "key encipherment", "server auth"],
      },
    },
  ];
}

/** Every name that the cluster's DNS has of the Services. */
function serviceNames({ database, request }: ManifestInput): string[] {
  const { database: inside, outside, pods } = objectNames;
  const services = [inside, ...(request.database.access.service === undefined ? [] : [outside]), pods];
  return services.flatMap((service) => {
    const name = `${service}.${bundleName(database)}`;
    return [name, `${name}.svc`, `${name}.svc.cluster.local`];
  });
}
