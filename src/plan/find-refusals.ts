import { NAMES } from "../layout/database-folder.ts";
import { wholeOf } from "../document/quantity.ts";
import { readFixed, type FixedValues } from "../manifests/read-fixed.ts";
import { volumeOf } from "../manifests/volume.ts";
import type { Settings } from "../settings/settings.ts";
import type { Change } from "./plan.ts";
import type { PlanState, WantedState } from "./plan-state.ts";

/**
 * Changes that an existing database cannot take: each needs a new database in its place. Manifests say what the cluster
 * has; the earlier request counts only where they say nothing, since it may never have been rendered.
 */
export function findRefusals(before: PlanState, after: WantedState): Change[] {
  const refusals: Change[] = [];
  const refuse = (field: string, from: unknown, to: unknown): void => {
    if (from !== to) refusals.push({ kind: "refuse", object: NAMES.request, field, from, to });
  };
  const had = before.request;
  const fixed = readFixed(after.lock.database, before.files);
  const { placement, database } = after.request;
  refuse(
    "placement.cluster",
    clusterBefore(fixed, after) ?? had?.placement.cluster ?? placement.cluster,
    placement.cluster,
  );
  refuse(
    "placement.project",
    projectBefore(fixed, after) ?? had?.placement.project ?? placement.project,
    placement.project,
  );
  // The volume of a retired database stays, and its lock knows it.
  const { volume } = after.lock;
  const past = fixed.size ?? had?.database.storage.size ?? volume?.size ?? database.storage.size;
  if (wholeOf(database.storage.size) < wholeOf(past)) refuse("database.storage.size", past, database.storage.size);
  const exists = fixed.size !== undefined || after.lock.image !== undefined;
  const made = volume ?? (exists ? { class: fixed.storageClass } : undefined);
  const { class: chosen } = database.storage;
  const wanted = chosen ?? volumeOf(after).class;
  if (made !== undefined) refuse("database.storage.class", made.class ?? DEFAULT_CLASS, wanted ?? DEFAULT_CLASS);
  // The volume contains a database that only the same kind of image can start.
  const profile = after.lock.seed?.target.profile;
  if (profile !== undefined && profile !== after.seed.target.profile)
    refuse("database.base", describe(profile, had?.database.base), describe(after.seed.target.profile, database.base));
  return refusals;
}

const DEFAULT_CLASS = "the cluster's default";

/** Fleet's name turned into the settings' one; a cluster that settings give another Fleet name has not moved. */
function clusterBefore({ fleetCluster }: FixedValues, { settings, request }: WantedState): string | undefined {
  const names = Object.keys(settings.clusters).filter(
    (name) => settings.clusters[name]?.fleet_cluster === fleetCluster,
  );
  return names.includes(request.placement.cluster) ? request.placement.cluster : names[0];
}

/** A project that settings call by another name is still the same one. */
function projectBefore({ project, projectId }: FixedValues, { settings, request }: WantedState): string | undefined {
  const { placement } = request;
  const wanted = projectsOf(settings, placement.cluster)[placement.project];
  return projectId !== undefined && projectId === wanted ? placement.project : project;
}

function projectsOf({ clusters }: Settings, cluster: string): Record<string, string> {
  return Object.hasOwn(clusters, cluster) ? (clusters[cluster]?.projects ?? {}) : {};
}

function describe(profile: string, base: string | undefined): string {
  return base === undefined || base === profile ? profile : `${base} (${profile})`;
}
