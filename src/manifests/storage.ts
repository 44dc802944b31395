import type { KubernetesObject, ManifestInput } from "./manifest-input.ts";
import { keepPolicy } from "./namespace.ts";
import { objectNames } from "./names.ts";
import { objectMetadata } from "./object-metadata.ts";
import { volumeOf } from "./volume.ts";

/**
 * The volume as a separate object, because the size in a StatefulSet's claim template cannot be changed
 * (kubernetes/kubernetes#68737).
 */
export function renderStorage(input: ManifestInput): KubernetesObject[] {
  const { size: storage, access_mode: mode, class: storageClassName } = volumeOf(input);
  const spec = {
    accessModes: [mode],
    resources: { requests: { storage } },
    ...(storageClassName === undefined ? {} : { storageClassName }),
  };
  const metadata = objectMetadata(input, objectNames.volume, keepPolicy);
  return [{ apiVersion: "v1", kind: "PersistentVolumeClaim", metadata, spec }];
}
