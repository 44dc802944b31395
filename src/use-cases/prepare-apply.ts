import pLimit from "p-limit";
import { cleanObject } from "../cluster/clean-object.ts";
import { ClusterRefusal } from "../cluster/cluster-refusal.ts";
import { explainRefusal } from "../cluster/explain-refusal.ts";
import { ownerOf, type Owner } from "../cluster/owner-of.ts";
import { diffObjects, type ManifestChange } from "../manifests/diff-manifests.ts";
import { bundleName, selectorLabels } from "../manifests/names.ts";
import type { Cluster, LiveObject } from "../ports/cluster.ts";
import { SeedbedError } from "../problem/error.ts";
import { notReadable } from "./find-pod.ts";
import { refuseShrinking } from "./refuse-shrinking.ts";
import { nameOf, placeOf, type WantedObject } from "./wanted-objects.ts";

/** What an apply will do, as the cluster itself says. */
export interface PreparedApply {
  changes: ManifestChange[];
  /** Objects that this command line applied earlier and nobody asks for any more. */
  obsolete: { object: LiveObject; wanted: WantedObject["kind"] }[];
  /** Objects that the cluster cannot judge before their namespace is there. */
  unchecked: string[];
}

export interface ApplyTask {
  cluster: Cluster;
  database: string;
  objects: readonly WantedObject[];
  /** Takes over the fields that others applied. */
  force: boolean;
}

/** Kinds whose objects hold data: they are never removed by a deploy. */
const KEPT = new Set(["Namespace", "PersistentVolumeClaim"]);

/** Asks the cluster what an apply would do: who else owns an object or a field is refused, and nothing is changed. */
export async function prepareApply(task: ApplyTask): Promise<PreparedApply> {
  const live = await readLive(task);
  refuseOwners(task, live);
  refuseShrinking(task.objects, live);
  const limit = pLimit(8);
  const results = await Promise.all(task.objects.map((one) => limit(() => tryApply(task, one))));
  const had = new Map([...live].map(([name, object]) => [name, cleanObject(object)]));
  const after = new Map(results.flatMap(({ name, object }) => (object === null ? [] : [[name, object]])));
  const obsolete = await findObsolete(task);
  for (const { object } of obsolete) had.set(nameOf(object), cleanObject(object));
  return {
    changes: diffObjects(had, after),
    obsolete,
    unchecked: results.filter((one) => !one.checked).map(({ name }) => name),
  };
}

async function readLive({ cluster, objects }: ApplyTask): Promise<Map<string, LiveObject>> {
  const limit = pLimit(8);
  const readings = await Promise.all(
    objects.map(({ name, kind, object }) =>
      limit(async () => ({ name, reading: await cluster.get(kind, placeOf(object)) })),
    ),
  );
  const found = readings.flatMap(({ name, reading }): [string, LiveObject][] => {
    if (reading.state === "denied") throw notReadable(cluster, reading.why);
    return reading.state === "absent" ? [] : [[name, reading.value]];
  });
  const ending = found.find(([, { metadata }]) => metadata.deletionTimestamp !== undefined);
  if (ending === undefined) return new Map(found);
  throw new SeedbedError(
    "object-terminating",
    `${ending[0]} is being deleted since ${ending[1].metadata.deletionTimestamp}.`,
    {
      fix: "Wait until it is gone, then deploy again. What holds it stands in its finalizers: kubectl get -o yaml. Nothing was changed.",
    },
  );
}

/** Two that keep one object as they want it would fight for ever. */
function refuseOwners({ database, cluster }: ApplyTask, live: ReadonlyMap<string, LiveObject>): void {
  for (const [name, object] of live) {
    const owner = ownerOf(object);
    if (owner.kind === "seedbed" || owner.kind === "nobody") continue;
    throw new SeedbedError(
      "owned-by-another",
      `${name} in namespace ${bundleName(database)} (context ${cluster.context}) belongs to ${describeOwner(owner)}.`,
      {
        fix: `${ADVICE[owner.kind]} Nothing was changed.`,
      },
    );
  }
}

const ADVICE: Record<Exclude<Owner["kind"], "seedbed" | "nobody">, string> = {
  fleet: "Merge the change to main, and Fleet deploys it; or deploy the bundle itself with --via fleet.",
  helm: "Upgrade that release, or have its owner uninstall it: the volume is kept.",
  manager: "Deploy it with the tool that applied it, or have its owner delete the object, never the claim.",
};

/** For people: who keeps an object. */
export function describeOwner(owner: Owner): string {
  if (owner.kind === "fleet") return `Fleet, as release ${owner.name}`;
  if (owner.kind === "helm") return `Helm's release ${owner.name}`;
  return owner.kind === "manager" ? `field manager ${owner.name}` : "nobody";
}

interface Tried {
  name: string;
  /** As it would be; the manifest itself where the cluster cannot say. */
  object: unknown;
  checked: boolean;
}

async function tryApply({ cluster, force }: ApplyTask, { name, kind, object }: WantedObject): Promise<Tried> {
  try {
    const applied = await cluster.apply(kind, object, { dryRun: true, force });
    if (applied.state === "applied") return { name, object: cleanObject(applied.value), checked: true };
    const list = applied.conflicts.map(({ manager, field }) => `${field} of ${manager}`).join(", ");
    throw new SeedbedError("field-conflict", `Others set fields of ${name}: ${list}.`, {
      fix: "Take their values over in a pull request, or take the fields over with --force-conflicts. Nothing was changed.",
    });
  } catch (error) {
    if (!(error instanceof ClusterRefusal)) throw error;
    // A namespace of a dry run is not remembered.
    if (error.status === 404 && /namespaces? .*not found/.test(error.said)) return { name, object, checked: false };
    throw refusedObject(name, error);
  }
}

/** A refusal with the object that it is about, and the fix for what it says. */
export function refusedObject(name: string, refusal: ClusterRefusal): SeedbedError {
  const { code, fix } = explainRefusal(refusal.said);
  if (code === "not-deployed") return refusal;
  return new SeedbedError(code, `${name}: ${refusal.said}`, { fix, cause: refusal });
}

async function findObsolete({ cluster, database, objects }: ApplyTask): Promise<PreparedApply["obsolete"]> {
  const names = new Set(objects.map(({ name }) => name));
  const kinds = new Map(objects.filter(({ kind }) => kind.namespaced).map(({ kind }) => [kind.kind, kind]));
  const labels = `app.kubernetes.io/instance=${selectorLabels(database)["app.kubernetes.io/instance"]}`;
  const lists = await Promise.all(
    [...kinds.values()].map(async (kind) => {
      const reading = await cluster.list(kind, { namespace: bundleName(database), labels });
      // Who may not list cannot tidy up either: what is left harms nobody.
      const all = reading.state === "read" ? reading.value : [];
      return all.map((object) => ({ object, wanted: kind }));
    }),
  );
  return lists
    .flat()
    .filter(({ object }) => !names.has(nameOf(object)) && !KEPT.has(object.kind) && ownerOf(object).kind === "seedbed");
}
