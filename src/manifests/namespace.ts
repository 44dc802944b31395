import { SeedbedError } from "../problem/error.ts";
import { clusterOf } from "./fleet.ts";
import type { KubernetesObject, ManifestInput } from "./manifest-input.ts";
import { profileOf } from "./base-of.ts";
import { bundleName } from "./names.ts";
import { objectLabels, objectMetadata, platformMetadata } from "./object-metadata.ts";
import { podSecurityLevel } from "./pod-security.ts";
import { renderProjectQuota } from "./project-quota.ts";
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
        labels: { ...objectLabels(input), ...podSecurityLabels(input) },
        annotations: {
          ...platformMetadata(input).annotations,
          "field.cattle.io/projectId": projectOf(input),
          ...renderProjectQuota(input),
          ...keepPolicy,
        },
      },
    },
    renderQuota(input),
    renderLimitRange(input),
  ];
}

/** One level in all three modes: a warning about what is known to need more would only teach people to overlook warnings. */
function podSecurityLabels(input: ManifestInput): Record<string, string> {
  const level = podSecurityLevel(profileOf(input));
  return Object.fromEntries(["enforce", "audit", "warn"].map((mode) => [`pod-security.kubernetes.io/${mode}`, level]));
}

/**
 * Quota for this database's pod and volume only. Not for the volume's size: the apiserver compares a growing claim with what a
 * controller copied from here before, and refuses it when both come at once.
 */
function renderQuota(input: ManifestInput): KubernetesObject {
  const { resources, access } = input.request.database;
  const [cpu, memory] = [canonicalQuantity(resources.cpu), canonicalQuantity(resources.memory)];
  const hard = {
    "requests.cpu": cpu,
    "limits.cpu": cpu,
    "requests.memory": memory,
    "limits.memory": memory,
    persistentvolumeclaims: "1",
    pods: "1",
    "services.loadbalancers": access.service?.type === "LoadBalancer" ? "1" : "0",
    // A load balancer's Service has a port of the nodes too.
    "services.nodeports": access.service === undefined ? "0" : "1",
  };
  const metadata = objectMetadata(input, "database");
  return { apiVersion: "v1", kind: "ResourceQuota", metadata, spec: { hard } };
}

function renderLimitRange(input: ManifestInput): KubernetesObject {
  const { resources } = input.request.database;
  const most = { cpu: canonicalQuantity(resources.cpu), memory: canonicalQuantity(resources.memory) };
  const metadata = objectMetadata(input, "database");
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
