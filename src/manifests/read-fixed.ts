import { bundleName, objectNames } from "./names.ts";
import { readObjects } from "./read-objects.ts";
import type { RenderedFile } from "./rendered-file.ts";

/** What rendered manifests say of things that no later render may take back; undefined where they do not say it. */
export interface FixedValues {
  /** Fleet's name of the cluster, which is not that of the settings. */
  fleetCluster: string | undefined;
  /** The settings' name of the project, and Rancher's id of it. */
  project: string | undefined;
  projectId: string | undefined;
  /** Of the volume. */
  size: string | undefined;
  storageClass: string | undefined;
}

/** Reads where a database was put and how large its volume was made. */
export function readFixed(database: string, files: readonly RenderedFile[]): FixedValues {
  const objects = readObjects(files);
  const text = (object: string, path: readonly string[]): string | undefined => {
    const found = path.reduce<unknown>(
      (value, key) => (value as Record<string, unknown> | undefined | null)?.[key],
      objects.get(object),
    );
    return typeof found === "string" ? found : undefined;
  };
  const claim = `PersistentVolumeClaim/${objectNames.volume}`;
  return {
    fleetCluster: text("fleet.yaml", ["overrideTargets", "0", "clusterName"]),
    project: text("fleet.yaml", ["labels", "seedbed.dev/project"]),
    projectId: text(`Namespace/${bundleName(database)}`, ["metadata", "annotations", "field.cattle.io/projectId"]),
    size: text(claim, ["spec", "resources", "requests", "storage"]),
    storageClass: text(claim, ["spec", "storageClassName"]),
  };
}
