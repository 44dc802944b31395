import { diffValues } from "./diff-values.ts";
import { readObjects } from "./read-objects.ts";
import type { RenderedFile } from "./rendered-file.ts";

/** A difference that affects the cluster; comments, key order and file names do not count. */
export interface ManifestChange {
  /** `StatefulSet/oracle`, or `fleet.yaml`. */
  object: string;
  /** `spec.template.spec.containers[oracle].image`; empty for an added or removed object. */
  field: string;
  /** undefined where there was no value. */
  from: unknown;
  to: unknown;
  /** The change restarts the pod. */
  restart: boolean;
}

/** The differences between two rendered trees of one database, in the order of the trees. */
export function diffManifests(before: readonly RenderedFile[], after: readonly RenderedFile[]): ManifestChange[] {
  return diffObjects(readObjects(before), readObjects(after));
}

/** The same of objects by their names, in the order of the second. */
export function diffObjects(had: ReadonlyMap<string, unknown>, has: ReadonlyMap<string, unknown>): ManifestChange[] {
  const keys = [...new Set([...has.keys(), ...had.keys()])];
  return keys.flatMap((object) => diffObject(object, had.get(object), has.get(object)));
}

function diffObject(object: string, from: unknown, to: unknown): ManifestChange[] {
  if (from === undefined || to === undefined) return [{ object, field: "", from, to, restart: false }];
  const runs = isRunning(from) && isRunning(to);
  return diffValues(from, to).map((change) => ({
    object,
    ...change,
    restart: runs && object.startsWith("StatefulSet/") && change.field.startsWith("spec.template"),
  }));
}

/** A StatefulSet without replicas has no pod that could restart. */
function isRunning(object: unknown): boolean {
  const set = object as { spec?: { replicas?: number } };
  return (set.spec?.replicas ?? 1) > 0;
}
