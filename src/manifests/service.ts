import type { KubernetesObject, ManifestInput } from "./manifest-input.ts";
import { bundleName, objectLabels, objectNames, selectorLabels } from "./names.ts";

/** The service for clients, and the one for the pod's stable name. Neither has an endpoint before the database is open. */
export function renderServices(input: ManifestInput): KubernetesObject[] {
  const service = (name: string, more: object): KubernetesObject => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: bundleName(input.database), labels: objectLabels(input) },
    spec: {
      type: "ClusterIP",
      ...more,
      selector: selectorLabels(input.database),
      ports: [{ name: "listener", protocol: "TCP", port: 1521, targetPort: "listener" }],
    },
  });
  return [service(objectNames.database, {}), service(objectNames.pods, { clusterIP: "None" })];
}
