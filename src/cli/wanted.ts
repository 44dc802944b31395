import type { Wanted } from "../cluster/observation.ts";
import { clusterOf } from "../manifests/fleet.ts";
import type { Settings } from "../settings/settings.ts";
import type { Tree } from "../ports/tree.ts";
import { SeedbedError } from "../problem/error.ts";
import type { Bench, Checkout } from "./bench.ts";
import { loadRepository } from "../use-cases/load.ts";
import { loadSound, type SoundDatabase } from "./loaded.ts";

/** A database as the last commit asks for it, and the cluster of the settings that it belongs to. */
export interface Placed {
  wanted: Wanted;
  /** Name in the settings. */
  cluster: string;
}

/** What the last commit asks for: what is not committed deploys nothing. */
export async function loadWanted(bench: Bench, checkout: Checkout, databases: readonly string[]): Promise<Placed[]> {
  const { settings, databases: sound } = await loadSound(bench, await openCommitted(checkout), { databases });
  return sound.map((one) => ({ wanted: wantedOf(one, settings), cluster: one.request.placement.cluster }));
}

export function wantedOf({ database, request, lock }: SoundDatabase, settings: Settings): Wanted {
  const { image, generation } = lock;
  return {
    database,
    generation,
    image: image === undefined ? null : `${image.repository}@${image.digest}`,
    stopped: request.database.stopped === true,
    size: request.database.storage.size,
    fleetCluster: clusterOf({ settings, request }).fleet_cluster,
  };
}

/** Throws for a name without a folder, before any cluster is asked. */
export async function requireDatabase(checkout: Checkout, database: string): Promise<void> {
  await loadRepository(await openCommitted(checkout), { databases: [database] });
}

/** The files of the last commit. */
export async function openCommitted(checkout: Checkout): Promise<Tree> {
  const head = await checkout.head();
  if (head !== null) return checkout.treeAt(head);
  throw new SeedbedError("nothing-committed", "The repository has no commit yet.", {
    fix: "Commit request and settings first, because lock and cluster have to refer to a committed request.",
  });
}
