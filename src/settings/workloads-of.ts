import type { ClusterSettings, Settings, Workloads } from "./settings.ts";

/** Where a request places its database. */
export interface WorkloadPlace {
  cluster: string;
  project: string;
}

/**
 * How databases of a project run: what the settings say for the project counts instead of what they say for its cluster, key
 * by key; maps are joined. Empty for a cluster that the settings do not have.
 */
export function workloadsOf({ clusters }: Pick<Settings, "clusters">, { cluster, project }: WorkloadPlace): Workloads {
  const settings = Object.hasOwn(clusters, cluster) ? clusters[cluster] : undefined;
  return settings === undefined ? {} : joinWorkloads(settings, project);
}

function joinWorkloads({ workloads = {}, project_workloads: all = {} }: ClusterSettings, project: string): Workloads {
  const own = Object.hasOwn(all, project) ? (all[project] ?? {}) : {};
  const joined: Workloads = {
    ...workloads,
    ...own,
    scheduling: { ...workloads.scheduling, ...own.scheduling },
    storage: { ...workloads.storage, ...own.storage },
    network: { ...workloads.network, ...own.network },
    metadata: {
      labels: { ...workloads.metadata?.labels, ...own.metadata?.labels },
      annotations: { ...workloads.metadata?.annotations, ...own.metadata?.annotations },
    },
  };
  const selector = { ...workloads.scheduling?.node_selector, ...own.scheduling?.node_selector };
  return Object.keys(selector).length === 0
    ? joined
    : { ...joined, scheduling: { ...joined.scheduling, node_selector: selector } };
}
