import { textAt } from "../cluster/fields.ts";
import { KINDS } from "../cluster/kinds.ts";
import { ownerOf } from "../cluster/owner-of.ts";
import { bundleName, objectNames } from "../manifests/names.ts";
import type { Clock } from "../ports/clock.ts";
import type { Cluster, LiveObject, Reading } from "../ports/cluster.ts";
import { SeedbedError } from "../problem/error.ts";
import { notReadable, POD } from "./find-pod.ts";

/** What is left of a database in its cluster. */
export interface Remains {
  namespace: LiveObject | null;
  claim: LiveObject | null;
  /** The volume behind the claim; null where it has none, or it may not be read. */
  volume: LiveObject | null;
  /** Whether this command line applied it: then no bundle brings it back. */
  isOurs: boolean;
}

export async function findRemains(cluster: Cluster, database: string): Promise<Remains> {
  const name = bundleName(database);
  const namespace = valueOf(cluster, await cluster.get(KINDS.namespace, { name }));
  const claim = valueOf(cluster, await cluster.get(KINDS.claim, { namespace: name, name: objectNames.volume }));
  const bound = textAt(claim, "spec", "volumeName");
  const volume = bound === undefined ? null : await cluster.get(KINDS.volume, { name: bound });
  return {
    namespace,
    claim,
    volume: volume?.state === "read" ? volume.value : null,
    isOurs: namespace !== null && ownerOf(namespace).kind === "seedbed",
  };
}

function valueOf(cluster: Cluster, reading: Reading<LiveObject>): LiveObject | null {
  if (reading.state === "denied") throw notReadable(cluster, reading.why);
  return reading.state === "read" ? reading.value : null;
}

export interface RetireTask {
  cluster: Cluster;
  /** The management cluster; null where Fleet is not asked. */
  fleet: Cluster | null;
  database: string;
  clock: Clock;
  signal: AbortSignal;
  tell(text: string): void;
}

const INTERVAL = 2000;
/** Fleet's agent removes a bundle within seconds, and a namespace goes in some; longer than this something holds it. */
const PATIENCE = 10 * 60_000;

/** Whatever is deleted while Fleet has the bundle comes back within seconds, with an empty volume. */
export async function waitForBundle(task: RetireTask): Promise<void> {
  const { fleet, database } = task;
  if (fleet === null) return;
  const name = bundleName(database);
  const isGone = async (): Promise<boolean> => {
    const found = await fleet.list(KINDS.bundle, { fields: `metadata.name=${name}` });
    if (found.state === "denied") throw notReadable(fleet, found.why);
    return found.state === "absent" || found.value.length === 0;
  };
  await waitUntil(task, isGone, {
    doing: `Fleet removes its bundle ${name}`,
    late: () =>
      new SeedbedError("bundle-stays", `Fleet still has the bundle ${name}.`, {
        fix: "Merge the removal of its folder, and see whether the GitRepo is stalled: seedbed status. A bundle that seedbed deploy made is removed with kubectl delete bundles.fleet.cattle.io. Nothing was deleted.",
      }),
  });
}

/**
 * Waits until Helm has removed what it deployed. Whoever asks the wrong management cluster for the bundle, or removed the folder on a branch
 * of his own only, is stopped by this: while a database is to be there, its StatefulSet is.
 */
export async function waitForRelease(task: RetireTask): Promise<void> {
  const { cluster, database } = task;
  const name = bundleName(database);
  const set = { namespace: name, name: objectNames.database };
  const isGone = async (): Promise<boolean> => {
    const found = valueOf(cluster, await cluster.get(KINDS.statefulSet, set));
    return found === null || !["fleet", "helm"].includes(ownerOf(found).kind);
  };
  await waitUntil(task, isGone, {
    doing: `the release ${name} removes what it deployed`,
    late: () =>
      new SeedbedError("release-stays", `StatefulSet/${objectNames.database} in namespace ${name} is still deployed.`, {
        fix: "Merge the removal of its folder to main, and see with seedbed status why it is not carried out: the management cluster of --fleet-context may be another one. Nothing was deleted.",
      }),
  });
}

/** Deletes what is left: first what runs, then the data, then everything else. Each only if it is what was looked at. */
export async function deleteRemains(task: RetireTask, { namespace, claim }: Remains): Promise<void> {
  const { cluster, database, tell } = task;
  const name = bundleName(database);
  const set = { namespace: name, name: objectNames.database };
  const running = valueOf(cluster, await cluster.get(KINDS.statefulSet, set));
  if (running !== null) {
    await cluster.delete(KINDS.statefulSet, set, { uid: running.metadata.uid! });
    tell(`deleted StatefulSet/${objectNames.database}`);
  }
  await waitUntil(task, () => isAbsent(task, KINDS.pod, { namespace: name, name: POD }), {
    doing: "the database shuts down",
    late: () => stays(`Pod ${POD}`, name),
  });
  if (claim !== null) {
    await cluster.delete(KINDS.claim, { namespace: name, name: objectNames.volume }, { uid: claim.metadata.uid! });
    tell(`deleted PersistentVolumeClaim/${objectNames.volume}`);
  }
  if (namespace === null) return;
  await cluster.delete(KINDS.namespace, { name }, { uid: namespace.metadata.uid! });
  await waitUntil(task, () => isAbsent(task, KINDS.namespace, { name }), {
    doing: `the namespace ${name} ends`,
    late: () => stays(`Namespace ${name}`, name),
  });
  tell(`deleted Namespace/${name}`);
}

type Kind = (typeof KINDS)[keyof typeof KINDS];

async function isAbsent({ cluster }: RetireTask, kind: Kind, place: { namespace?: string; name: string }) {
  return valueOf(cluster, await cluster.get(kind, place)) === null;
}

function stays(what: string, namespace: string): SeedbedError {
  return new SeedbedError("deletion-hangs", `${what} is still there after ${PATIENCE / 60_000} minutes.`, {
    fix: `Something holds it: its finalizers and conditions say what (kubectl get namespace ${namespace} -o yaml). Run seedbed retire again afterwards: it goes on where it stopped.`,
  });
}

interface Waiting {
  doing: string;
  late(): SeedbedError;
}

async function waitUntil(
  { clock, signal, tell }: RetireTask,
  isDone: () => Promise<boolean>,
  { doing, late }: Waiting,
): Promise<void> {
  const end = clock.now() + PATIENCE;
  for (let said = false; !(await isDone()); said = true) {
    if (!said) tell(`waiting: ${doing}`);
    if (clock.now() > end) throw late();
    await clock.sleep(INTERVAL, signal);
  }
}
