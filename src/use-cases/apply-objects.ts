import { ClusterRefusal } from "../cluster/cluster-refusal.ts";
import { SeedbedError } from "../problem/error.ts";
import { prepareApply, refusedObject, type ApplyTask, type PreparedApply } from "./prepare-apply.ts";
import { placeOf, type WantedObject } from "./wanted-objects.ts";

/**
 * Applies what was prepared, in the order of the manifests, and removes what is obsolete at last. `afterNamespace` is for what has to be there
 * before a pod is.
 */
export async function applyPrepared(
  task: ApplyTask,
  { unchecked, obsolete }: PreparedApply,
  afterNamespace: () => Promise<void> = async () => undefined,
): Promise<void> {
  const [first, ...rest] = task.objects;
  if (first === undefined) return;
  await applyOne(task, first);
  // The namespace is there now: whatever it refuses is told before anything else is made.
  if (unchecked.length > 0) await prepareApply(task);
  await afterNamespace();
  for (const one of rest) await applyOne(task, one);
  for (const { object, wanted } of obsolete)
    await task.cluster.delete(wanted, placeOf(object), { uid: object.metadata.uid! });
}

async function applyOne({ cluster, force }: ApplyTask, { name, kind, object }: WantedObject): Promise<void> {
  try {
    const applied = await cluster.apply(kind, object, { dryRun: false, force });
    if (applied.state === "applied") return;
  } catch (error) {
    throw error instanceof ClusterRefusal ? refusedObject(name, error) : error;
  }
  throw new SeedbedError("changed-meanwhile", `Somebody set fields of ${name} after they were looked at.`, {
    fix: "Deploy again: what differs is shown first.",
  });
}
