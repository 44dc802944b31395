import { canonicalQuantity } from "../document/quantity.ts";
import type { ProjectQuota } from "../settings/settings.ts";
import { workloadsOf } from "../settings/workloads-of.ts";
import type { ManifestInput } from "./manifest-input.ts";

/**
 * The namespace's share of its Rancher project's quota, as an annotation. Without it Rancher gives the namespace the project's
 * default for a namespace as a second quota, in which the database may not fit (Rancher's manual, "Project Resource Quotas").
 */
export function renderProjectQuota(input: ManifestInput): Record<string, string> {
  const { project_quota: kinds = [] } = workloadsOf(input.settings, input.request.placement);
  if (kinds.length === 0) return {};
  const shares = sharesOf(input);
  const limit = Object.fromEntries(KINDS.filter((kind) => kinds.includes(kind)).map((kind) => [kind, shares[kind]]));
  return { "field.cattle.io/resourceQuota": JSON.stringify({ limit }) };
}

const KINDS: readonly ProjectQuota[] = [
  "limitsCpu",
  "requestsCpu",
  "limitsMemory",
  "requestsMemory",
  "requestsStorage",
  "pods",
  "persistentVolumeClaims",
  "services",
  "servicesLoadBalancers",
  "servicesNodePorts",
];

function sharesOf({ request }: ManifestInput): Record<ProjectQuota, string> {
  const { resources, storage, access } = request.database;
  const [cpu, memory] = [canonicalQuantity(resources.cpu), canonicalQuantity(resources.memory)];
  const outside = access.service === undefined ? 0 : 1;
  return {
    limitsCpu: cpu,
    requestsCpu: cpu,
    limitsMemory: memory,
    requestsMemory: memory,
    requestsStorage: canonicalQuantity(storage.size),
    pods: "1",
    persistentVolumeClaims: "1",
    services: String(2 + outside),
    servicesLoadBalancers: access.service?.type === "LoadBalancer" ? "1" : "0",
    servicesNodePorts: String(outside),
  };
}
