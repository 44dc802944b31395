import { SeedbedError } from "../problem/error.ts";
import { clusterOf } from "./fleet.ts";
import type { KubernetesObject, ManifestInput } from "./manifest-input.ts";
import { bundleName, objectLabels } from "./names.ts";
import { canonicalQuantity } from "../document/quantity.ts";

/** Fleet has uninstalled live releases by mistake (rancher/fleet#5261, rancher/fleet#5406): Helm then keeps these objects. */
export const keepPolicy = { "helm.sh/resource-policy": "keep" };

/** The database's namespace in its Rancher project, with its quota. */
export function renderNamespace(input: ManifestInput): KubernetesObject[] {
  const namespace = bundleName(input.database);
  return [
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        name: namespace,
        labels: { ...objectLabels(input), ...podSecurityLabels },
        annotations: { "field.cattle.io/projectId": projectOf(input), ...keepPolicy },
      },
    },
    renderQuota(input, namespace),
    renderLimitRange(input, namespace),
  ];
}

// Oracle's own images need more than `restricted` allows (oracle/docker-images#2948); hardened clusters enforce
// `restricted` where a namespace has no label, so this one sets `baseline`.
const podSecurityLabels = {
  "pod-security.kubernetes.io/enforce": "baseline",
  "pod-security.kubernetes.io/audit": "restricted",
  "pod-security.kubernetes.io/warn": "restricted",
};

/** Quota for this database's pod and volume only. */
function renderQuota(input: ManifestInput, namespace: string): KubernetesObject {
  const { resources, storage } = input.request.database;
  const [cpu, memory] = [canonicalQuantity(resources.cpu), canonicalQuantity(resources.memory)];
  const hard = {
    "requests.cpu": cpu,
    "limits.cpu": cpu,
    "requests.memory": memory,
    "limits.memory": memory,
    "requests.storage": canonicalQuantity(storage.size),
    persistentvolumeclaims: "1",
    pods: "1",
    "services.loadbalancers": "0",
    "services.nodeports": "0",
  };
  const metadata = { name: "database", namespace, labels: objectLabels(input) };
  return { apiVersion: "v1", kind: "ResourceQuota", metadata, spec: { hard } };
}

function renderLimitRange(input: ManifestInput, namespace: string): KubernetesObject {
  const { resources } = input.request.database;
  const most = { cpu: canonicalQuantity(resources.cpu), memory: canonicalQuantity(resources.memory) };
  const metadata = { name: "database", namespace, labels: objectLabels(input) };
  const limits = [{ type: "Container", default: most, defaultRequest: most, max: most }];
  return { apiVersion: "v1", kind: "LimitRange", metadata, spec: { limits } };
}

function projectOf(input: ManifestInput): string {
  const { cluster, project } = input.request.placement;
  const { projects } = clusterOf(input);
  const id = Object.hasOwn(projects, project) ? projects[project] : undefined;
  if (id !== undefined) return id;
  throw new SeedbedError("project-unknown", `The settings have no project ${project} in cluster ${cluster}.`, {
    fix: `Name one of ${Object.keys(projects).join(", ")} in placement.project, or ask the platform team to add it to .github/seedbed.yml.`,
  });
}
