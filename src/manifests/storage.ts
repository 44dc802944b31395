import type { KubernetesObject, ManifestInput } from "./manifest-input.ts";
import { keepPolicy } from "./namespace.ts";
import { bundleName, objectLabels, objectNames } from "./names.ts";
import { canonicalQuantity } from "../document/quantity.ts";

/**
 * The volume as a separate object, because the size in a StatefulSet's claim template cannot be changed
 * (kubernetes/kubernetes#68737).
 */
export function renderStorage(input: ManifestInput): KubernetesObject[] {
  const metadata = {
    name: objectNames.volume,
    namespace: bundleName(input.database),
    labels: objectLabels(input),
    annotations: { ...keepPolicy },
  };
  const storage = canonicalQuantity(input.request.database.storage.size);
  const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage } } };
  return [{ apiVersion: "v1", kind: "PersistentVolumeClaim", metadata, spec }];
}
