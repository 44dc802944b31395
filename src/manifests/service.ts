import { workloadsOf } from "../settings/workloads-of.ts";
import { sortKeys } from "../text/order.ts";
import type { KubernetesObject, ManifestInput } from "./manifest-input.ts";
import { objectNames, selectorLabels } from "./names.ts";
import { objectMetadata } from "./object-metadata.ts";

/**
 * The service for clients, the one for the pod's stable name, and one for addresses outside of the cluster if the request asks for it.
 * None has an endpoint before the database is open.
 */
export function renderServices(input: ManifestInput): KubernetesObject[] {
  const service = (name: string, more: object, annotations = {}): KubernetesObject => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: objectMetadata(input, name, annotations),
    spec: {
      type: "ClusterIP",
      ...more,
      selector: selectorLabels(input.database),
      ports: [{ name: "listener", protocol: "TCP", port: 1521, targetPort: "listener" }],
    },
  });
  const inside = [service(objectNames.database, {}), service(objectNames.pods, { clusterIP: "None" })];
  const { service: asked } = input.request.database.access;
  if (asked === undefined) return inside;
  const { network } = workloadsOf(input.settings, input.request.placement);
  const ranges = asked.type === "LoadBalancer" ? { loadBalancerSourceRanges: asked.source_ranges.toSorted() } : {};
  // Only with this policy does the pod's network policy see the client's address and not that of a node.
  const more = { type: asked.type, externalTrafficPolicy: "Local", ...ranges };
  return [...inside, service(objectNames.outside, more, sortKeys(network?.service_annotations ?? {}))];
}
