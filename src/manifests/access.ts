import { workloadsOf } from "../settings/workloads-of.ts";
import { renderCertificate } from "./certificate.ts";
import { renderClientRules } from "./client-rules.ts";
import { clusterOf } from "./fleet.ts";
import { insidePorts, type ListenerPort, outsidePorts } from "./listener-ports.ts";
import type { KubernetesObject, ManifestInput } from "./manifest-input.ts";
import { objectNames, selectorLabels } from "./names.ts";
import { objectMetadata } from "./object-metadata.ts";
import { MADE_PULL_SECRET, pullSecretOf } from "../settings/pull-secret.ts";
import { secretsOf } from "./secrets.ts";

/** The pod's service account, its secrets, and the network policies. */
export function renderAccess(input: ManifestInput): KubernetesObject[] {
  const pull = pullSecretOf(input.settings);
  const account: KubernetesObject = {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: objectMetadata(input, objectNames.database),
    automountServiceAccountToken: false,
    // Here and not in the pod: admission adds it to each new pod, so another login restarts no database.
    ...(pull === null ? {} : { imagePullSecrets: [{ name: pull }] }),
  };
  const secrets = [...renderPullSecret(input), ...renderSecrets(input), ...renderCertificate(input)];
  return [account, ...secrets, ...renderPolicies(input)];
}

/** https://external-secrets.io/latest/guides/common-k8s-secret-types, "Dockerconfigjson example" */
function renderPullSecret(input: ManifestInput): KubernetesObject[] {
  const secret = input.settings.registries.seeds.pull_secret;
  if (secret?.kind !== "external") return [];
  const template = {
    engineVersion: "v2",
    mergePolicy: "Replace",
    type: "kubernetes.io/dockerconfigjson",
    data: { ".dockerconfigjson": "{{ .login }}" },
  };
  const entries = [{ secretKey: "login", key: secret.key, property: secret.property }];
  return [renderExternalSecret(input, { name: MADE_PULL_SECRET, store: secret.store, template, entries })];
}

/**
 * Manifests never contain secret values. A store is only read below `seedbed/<database>/`, so that no request can read the
 * secrets of another; where Secrets already exist, the pod refers to them and nothing is rendered.
 */
function renderSecrets(input: ManifestInput): KubernetesObject[] {
  const { secrets } = clusterOf(input);
  if (secrets.kind === "existing") return [];
  return secretsOf(input.request).map(({ name, keys }) => {
    const key = `seedbed/${input.database}/${name}`;
    const entries = keys.map((property) => ({ secretKey: property, key, property }));
    return renderExternalSecret(input, { name, store: secrets.store, entries });
  });
}

interface StoredSecret {
  name: string;
  store: string;
  template?: object;
  entries: { secretKey: string; key: string; property?: string | undefined }[];
}

/** The operator's defaults are written out, because values that the apiserver adds would look like a change by others. */
function renderExternalSecret(
  input: ManifestInput,
  { name, store, template, entries }: StoredSecret,
): KubernetesObject {
  return {
    apiVersion: "external-secrets.io/v1",
    kind: "ExternalSecret",
    metadata: objectMetadata(input, name),
    spec: {
      refreshInterval: "1h0m0s",
      secretStoreRef: { kind: "ClusterSecretStore", name: store },
      target: { name, creationPolicy: "Owner", deletionPolicy: "Retain", ...(template && { template }) },
      data: entries.map(({ secretKey, key, property }) => ({
        secretKey,
        remoteRef: {
          key,
          ...(property === undefined ? {} : { property }),
          conversionStrategy: "Default",
          decodingStrategy: "None",
          metadataPolicy: "None",
        },
      })),
    },
  };
}

/** Denies all traffic, then allows the listener's ports for the namespaces and blocks of the request and of the settings. */
function renderPolicies(input: ManifestInput): KubernetesObject[] {
  const policy = (name: string, spec: object): KubernetesObject => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: objectMetadata(input, name),
    spec,
  });
  const deny = policy("default-deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
  const { access } = input.request.database;
  const { network } = workloadsOf(input.settings, input.request.placement);
  const namespaces = renderClientRules([...access.namespaces, ...(network?.client_namespaces ?? [])]);
  const blocks = (access.service?.source_ranges ?? []).toSorted().map((cidr) => ({ ipBlock: { cidr } }));
  const ingress = renderIngress(input, namespaces, blocks);
  if (ingress.length === 0) return [deny];
  const podSelector = { matchLabels: selectorLabels(input.database) };
  return [deny, policy("clients", { podSelector, policyTypes: ["Ingress"], ingress })];
}

/** One rule where namespaces and blocks have the same ports. */
function renderIngress({ request }: ManifestInput, namespaces: object[], blocks: object[]): object[] {
  const rule = (from: object[], ports: ListenerPort[]): object[] =>
    from.length === 0 ? [] : [{ from, ports: ports.map(({ port }) => ({ protocol: "TCP", port })) }];
  if (request.database.access.tls !== true) return rule([...namespaces, ...blocks], insidePorts(request));
  return [...rule(namespaces, insidePorts(request)), ...rule(blocks, outsidePorts(request))];
}
