import { renderClientRules } from "./client-rules.ts";
import { clusterOf } from "./fleet.ts";
import type { KubernetesObject, ManifestInput } from "./manifest-input.ts";
import { bundleName, objectLabels, objectNames, selectorLabels } from "./names.ts";
import { secretsOf } from "./secrets.ts";

/** The pod's service account, its secrets, and the network policies. */
export function renderAccess(input: ManifestInput): KubernetesObject[] {
  const namespace = bundleName(input.database);
  const labels = objectLabels(input);
  const account: KubernetesObject = {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: objectNames.database, namespace, labels },
    automountServiceAccountToken: false,
  };
  return [account, ...renderSecrets(input, namespace), ...renderPolicies(input, namespace)];
}

/**
 * Manifests never contain secret values. A store is only read below `seedbed/<database>/`, so that no request can read the
 * secrets of another; where Secrets already exist, the pod refers to them and nothing is rendered.
 */
function renderSecrets(input: ManifestInput, namespace: string): KubernetesObject[] {
  const { secrets } = clusterOf(input);
  if (secrets.kind === "existing") return [];
  return secretsOf(input.request).map(({ name, keys }) => ({
    apiVersion: "external-secrets.io/v1",
    kind: "ExternalSecret",
    metadata: { name, namespace, labels: objectLabels(input) },
    spec: {
      refreshInterval: "1h0m0s",
      secretStoreRef: { kind: "ClusterSecretStore", name: secrets.store },
      target: { name, creationPolicy: "Owner", deletionPolicy: "Retain" },
      // The operator's defaults are written out, because values that the apiserver adds would look like a change by others.
      data: keys.map((key) => ({
        secretKey: key,
        remoteRef: {
          key: `seedbed/${input.database}/${name}`,
          property: key,
          conversionStrategy: "Default",
          decodingStrategy: "None",
          metadataPolicy: "None",
        },
      })),
    },
  }));
}

/** Denies all traffic, then allows the listener's port for the namespaces of the request. */
function renderPolicies(input: ManifestInput, namespace: string): KubernetesObject[] {
  const labels = objectLabels(input);
  const policy = (name: string, spec: object): KubernetesObject => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace, labels },
    spec,
  });
  const deny = policy("default-deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
  const from = renderClientRules(input.request.database.access.namespaces);
  if (from.length === 0) return [deny];
  const ports = [{ protocol: "TCP", port: 1521 }];
  const podSelector = { matchLabels: selectorLabels(input.database) };
  return [deny, policy("clients", { podSelector, policyTypes: ["Ingress"], ingress: [{ from, ports }] })];
}
