import { KINDS } from "../cluster/kinds.ts";
import {
  FLEET_LABELS,
  readBundle,
  readBundleDeployment,
  readGitRepo,
  type Bundle,
  type BundleDeployment,
  type GitRepo,
} from "../cluster/fleet-records.ts";
import { findPendingReleases, releaseSelection, type PendingRelease } from "../cluster/helm-release.ts";
import { readPod, type PodState } from "../cluster/pod-state.ts";
import { bundleName, objectNames } from "../manifests/names.ts";
import type { Cluster, LiveObject, Reading, ResourceKind } from "../ports/cluster.ts";

/** Fleet's objects in the management cluster: three list calls for any number of databases. */
export interface FleetLists {
  gitRepos: Reading<GitRepo[]>;
  bundles: Reading<Map<string, Bundle>>;
  /** By the name of their bundle. */
  deployments: Reading<Map<string, BundleDeployment[]>>;
}

export async function listFleet(cluster: Cluster): Promise<FleetLists> {
  const list = (kind: ResourceKind) => cluster.list(kind, {});
  const [gitRepos, bundles, deployments] = await Promise.all([
    list(KINDS.gitRepo),
    list(KINDS.bundle),
    list(KINDS.bundleDeployment),
  ]);
  return {
    gitRepos: mapReading(gitRepos, (all) => all.map(readGitRepo)),
    bundles: mapReading(bundles, (all) => new Map(all.map((one) => [one.metadata.name, readBundle(one)]))),
    deployments: mapReading(deployments, (all) => Map.groupBy(all.map(readBundleDeployment), bundleOf)),
  };
}

function bundleOf({ object }: BundleDeployment): string {
  return object.metadata.labels?.[FLEET_LABELS.bundle] ?? object.metadata.name;
}

/** The pods and volumes of every database in a cluster, by namespace: two list calls. */
export interface WorkloadLists {
  pods: Reading<Map<string, PodState>>;
  claims: Reading<Map<string, LiveObject>>;
}

/** One namespace, or all: who may not list all of them may still read one. */
export async function listWorkloads(cluster: Cluster, database?: string): Promise<WorkloadLists> {
  const where = database === undefined ? {} : { namespace: bundleName(database) };
  const [pods, claims] = await Promise.all([
    cluster.list(KINDS.pod, { ...where, labels: "app.kubernetes.io/name=oracle-database" }),
    cluster.list(KINDS.claim, { ...where, labels: "app.kubernetes.io/name=oracle-database" }),
  ]);
  return { pods: mapReading(pods, choosePods), claims: mapReading(claims, byNamespace) };
}

/** A pod that is being stopped is only told of where there is no other. */
function choosePods(pods: readonly LiveObject[]): Map<string, PodState> {
  const read = pods.map(readPod).toSorted((a, b) => Number(b.terminating) - Number(a.terminating));
  return new Map(read.map((pod) => [pod.object.metadata.namespace ?? "", pod]));
}

function byNamespace(claims: readonly LiveObject[]): Map<string, LiveObject> {
  const ours = claims.filter(({ metadata }) => metadata.name === objectNames.volume);
  return new Map(ours.map((claim) => [claim.metadata.namespace ?? "", claim]));
}

/** The Helm releases that are pending, of one database or of all, by their names: one list call. */
export async function listPendingReleases(
  cluster: Cluster,
  database?: string,
): Promise<Reading<Map<string, PendingRelease>>> {
  return mapReading(await cluster.list(KINDS.secret, releaseSelection(database)), findPendingReleases);
}

export function mapReading<From, To>(reading: Reading<From>, convert: (value: From) => To): Reading<To> {
  return reading.state === "read" ? { state: "read", value: convert(reading.value) } : reading;
}

/** The entry of one database; absent where the list has none. */
export function pick<T>(reading: Reading<ReadonlyMap<string, T>>, key: string): Reading<T> {
  if (reading.state !== "read") return reading;
  const value = reading.value.get(key);
  return value === undefined ? { state: "absent" } : { state: "read", value };
}
