import { readTime } from "../cluster/condition.ts";
import { textAt } from "../cluster/fields.ts";
import { findGitRepos } from "../cluster/judge-fleet.ts";
import { KINDS } from "../cluster/kinds.ts";
import { readLogEvent, type LogEvent } from "../cluster/log-event.ts";
import type { FleetObservation, Warning, Wanted, WorkloadObservation } from "../cluster/observation.ts";
import type { PodState } from "../cluster/pod-state.ts";
import { ELSEWHERE } from "../cluster/volume-place.ts";
import { LOOK_AT_VOLUME, readVolumeState, type VolumeState } from "../cluster/volume-state.ts";
import { bundleName, objectNames } from "../manifests/names.ts";
import type { Cluster, LiveObject, Reading } from "../ports/cluster.ts";
import { mapReading, pick, type FleetLists, type WorkloadLists } from "./cluster-lists.ts";

/** What this clone knows of main: its last commit, and which commits it has. */
export interface KnownCommits {
  tip: string | null;
  has(commit: string): boolean;
}

/** Fleet's side of one database, out of the lists. */
export function observeFleet(lists: FleetLists, { database }: Wanted, known: KnownCommits): FleetObservation {
  const name = bundleName(database);
  const deployments = pick(lists.deployments, name);
  return {
    gitRepos: mapReading(lists.gitRepos, (all) => findGitRepos(all, database)),
    bundle: pick(lists.bundles, name),
    deployments:
      deployments.state === "absent" && lists.deployments.state === "read" ? { state: "read", value: [] } : deployments,
    ...known,
  };
}

/** The cluster's side of one database, out of the lists and without a further call. */
export function observeListed(lists: WorkloadLists, database: string): WorkloadObservation {
  const namespace = bundleName(database);
  return {
    namespace: null,
    statefulSet: null,
    pod: pick(lists.pods, namespace),
    claim: pick(lists.claims, namespace),
    volumeObject: null,
    warnings: null,
    log: null,
    release: null,
    volume: null,
  };
}

/** Lines of the log that are read: an import of some thousand tables writes one for each. */
const TAIL = 5000;

/** The same, with what explains it: namespace, StatefulSet, warnings, and the container's own lines. Four calls. */
export async function observeClosely(
  cluster: Cluster,
  database: string,
  listed: WorkloadObservation,
): Promise<WorkloadObservation> {
  const namespace = bundleName(database);
  const [space, statefulSet, events, log, volumeObject] = await Promise.all([
    cluster.get(KINDS.namespace, { name: namespace }),
    cluster.get(KINDS.statefulSet, { namespace, name: objectNames.database }),
    cluster.list(KINDS.event, { namespace, fields: "type=Warning" }),
    listed.pod.state === "read" ? readEvents(cluster, listed.pod.value) : null,
    isElsewhere(listed) ? readVolumeObject(cluster, listed) : null,
  ]);
  return { ...listed, namespace: space, statefulSet, warnings: mapReading(events, readWarnings), log, volumeObject };
}

function isElsewhere({ pod }: WorkloadObservation): boolean {
  return pod.state === "read" && pod.value.scheduled?.status === "False" && ELSEWHERE.test(pod.value.scheduled.message);
}

async function readVolumeObject(cluster: Cluster, { claim }: WorkloadObservation): Promise<Reading<LiveObject> | null> {
  const name = claim.state === "read" ? textAt(claim.value, "spec", "volumeName") : undefined;
  return name === undefined ? null : cluster.get(KINDS.volume, { name });
}

/** Events live for an hour, and those of a pod before this one explain nothing. */
function readWarnings(events: readonly LiveObject[]): Warning[] {
  const timed = events.map((event) => ({ event, at: timeOf(event) })).toSorted((a, b) => a.at - b.at);
  return timed.map(({ event }) => ({
    kind: textAt(event, "involvedObject", "kind") ?? "",
    name: textAt(event, "involvedObject", "name") ?? "",
    reason: textAt(event, "reason") ?? "",
    message: textAt(event, "message") ?? "",
  }));
}

function timeOf(event: LiveObject): number {
  const last = textAt(event, "series", "lastObservedTime") ?? textAt(event, "lastTimestamp");
  return readTime(last ?? textAt(event, "eventTime")) ?? readTime(event.metadata.creationTimestamp) ?? 0;
}

/** What the container that runs tells of its volume; absent where none runs. */
export async function readVolume(cluster: Cluster, { pod }: WorkloadObservation): Promise<Reading<VolumeState>> {
  if (pod.state !== "read") return pod;
  const { namespace = "", name } = pod.value.object.metadata;
  if (pod.value.startedAt === null) return { state: "absent" };
  const printed = await cluster.run({ namespace, name }, { container: objectNames.database, command: LOOK_AT_VOLUME });
  return mapReading(printed, readVolumeState);
}

/** The events of the container that runs; null where none has started. */
export async function readEvents(cluster: Cluster, pod: PodState): Promise<Reading<LogEvent[]> | null> {
  const { namespace = "", name } = pod.object.metadata;
  if (pod.startedAt === null && pod.lastEnd === null) return null;
  const log = await cluster.log({ namespace, name }, { container: objectNames.database, tailLines: TAIL });
  if (log.state !== "read") return log;
  const events: LogEvent[] = [];
  for await (const line of log.value) {
    const event = readLogEvent(line);
    if (event !== null) events.push(event);
  }
  return { state: "read", value: events };
}
