import { bundleOf } from "../../cluster/bundle-of.ts";
import { cleanObject } from "../../cluster/clean-object.ts";
import { FLEET_LABELS } from "../../cluster/fleet-records.ts";
import { KINDS } from "../../cluster/kinds.ts";
import { diffObjects } from "../../manifests/diff-manifests.ts";
import type { Cluster, LiveObject } from "../../ports/cluster.ts";
import { SeedbedError } from "../../problem/error.ts";
import { notReadable } from "../../use-cases/find-pod.ts";
import type { Bench } from "../bench.ts";
import type { DeployTask } from "../deploy-task.ts";
import { showChanges } from "../show-changes.ts";

interface Way {
  /** Fleet's management cluster. */
  fleet: Cluster;
  /** Fleet's workspace. */
  namespace: string;
  dryRun: boolean;
  force: boolean;
}

/** Creates or updates the bundle of a database; what a GitRepo keeps is refused. */
export async function deployBundle(bench: Bench, task: DeployTask, way: Way): Promise<"dry" | "applied"> {
  const { fleet, namespace, force } = way;
  const bundle = bundleOf(task.files, namespace);
  const live = await fleet.get(KINDS.bundle, { namespace, name: bundle.metadata.name });
  if (live.state === "denied") throw notReadable(fleet, live.why);
  if (live.state === "read") refuseGitRepo(live.value);
  if ((await fleet.findKind(KINDS.bundle)) === null) throw withoutFleet(fleet);
  const tried = await fleet.apply(KINDS.bundle, bundle, { dryRun: true, force });
  if (tried.state === "conflict") throw conflict(tried.conflicts);
  const name = `Bundle/${bundle.metadata.name}`;
  const had = new Map(live.state === "read" ? [[name, cleanObject(live.value)]] : []);
  bench.out(
    `${task.database} as bundle ${namespace}/${bundle.metadata.name} on ${fleet.server} (context ${fleet.context}):\n`,
  );
  bench.out(showChanges(diffObjects(had, new Map([[name, cleanObject(tried.value)]])), bench.width));
  if (way.dryRun) return "dry";
  const applied = await fleet.apply(KINDS.bundle, bundle, { dryRun: false, force });
  if (applied.state === "conflict") throw conflict(applied.conflicts);
  return "applied";
}

/** Its job would set the bundle back with the next commit. */
function refuseGitRepo({ metadata }: LiveObject): void {
  const repo = metadata.labels?.[FLEET_LABELS.repo];
  if (repo === undefined) return;
  throw new SeedbedError("bundle-of-gitrepo", `The bundle ${metadata.name} belongs to GitRepo ${repo} of Fleet.`, {
    fix: "Merge the change to main, and the GitRepo deploys it. Nothing was changed.",
  });
}

function withoutFleet({ context }: Cluster): SeedbedError {
  return new SeedbedError("fleet-missing", `The cluster of context ${context} has no Fleet.`, {
    fix: "Name the context of Rancher's management cluster with --fleet-context, or deploy with --via apply.",
  });
}

function conflict(conflicts: readonly { manager: string; field: string }[]): SeedbedError {
  const list = conflicts.map(({ manager, field }) => `${field} of ${manager}`).join(", ");
  return new SeedbedError("field-conflict", `Others set fields of the bundle: ${list}.`, {
    fix: "If nobody else keeps it, take the fields over with --force-conflicts. Nothing was changed.",
  });
}
