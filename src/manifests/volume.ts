import { canonicalQuantity } from "../document/quantity.ts";
import type { Lock, LockedVolume } from "../lock/lock.ts";
import type { DatabaseRequest } from "../request/request.ts";
import type { Settings } from "../settings/settings.ts";
import { workloadsOf } from "../settings/workloads-of.ts";

export interface VolumeQuestion {
  request: DatabaseRequest;
  settings: Settings;
  lock: Lock;
}

/**
 * The volume of a database. Class and access mode are what it was created with, whatever settings say since: Kubernetes
 * changes neither. A database that was seeded before locks recorded them has the cluster's default class.
 */
export function volumeOf({ request, settings, lock }: VolumeQuestion): LockedVolume {
  const size = canonicalQuantity(request.database.storage.size);
  if (lock.volume !== undefined) return { ...lock.volume, size };
  if (lock.image !== undefined) return { size, access_mode: "ReadWriteOnce" };
  const { storage = {} } = workloadsOf(settings, request.placement);
  const name = request.database.storage.class ?? storage.class;
  const access = storage.access_mode ?? "ReadWriteOnce";
  return { size, access_mode: access, ...(name === undefined ? {} : { class: name }) };
}
