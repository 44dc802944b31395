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
  return join(workloads, own);
}

/** Lists are one value: a project's own counts instead of the cluster's. */
function join<T extends object>(general: T, own: T): T {
  const before = general as Record<string, unknown>;
  const joined = Object.entries(own).map(([key, value]) => {
    const earlier = Object.hasOwn(before, key) ? before[key] : undefined;
    return [key, isMap(earlier) && isMap(value) ? join(earlier, value) : value];
  });
  return { ...general, ...(Object.fromEntries(joined) as Partial<T>) };
}

function isMap(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
