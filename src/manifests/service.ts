import { workloadsOf } from "../settings/workloads-of.ts";
import { sortKeys } from "../text/order.ts";
import { insidePorts, type ListenerPort, outsidePorts } from "./listener-ports.ts";
import type { KubernetesObject, ManifestInput } from "./manifest-input.ts";
import { objectNames, selectorLabels } from "./names.ts";
import { objectMetadata } from "./object-metadata.ts";

/** What differs between Services; the rest belongs to `spec`. */
interface Made {
  ports: ListenerPort[];
  annotations?: Record<string, string>;
  [spec: string]: unknown;
}

/**
 * The service for clients, the one for the pod's stable name, and one for addresses outside of the cluster if the request asks for it.
 * None has an endpoint before the database is open.
 */
export function renderServices(input: ManifestInput): KubernetesObject[] {
  const service = (name: string, { ports, annotations = {}, ...more }: Made): KubernetesObject => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: objectMetadata(input, name, annotations),
    spec: {
      type: "ClusterIP",
      ...more,
      selector: selectorLabels(input.database),
      ports: ports.map(({ name: target, port }) => ({ name: target, protocol: "TCP", port, targetPort: target })),
    },
  });
  const ports = insidePorts(input.request);
  const inside = [service(objectNames.database, { ports }), service(objectNames.pods, { ports, clusterIP: "None" })];
  const { service: asked } = input.request.database.access;
  if (asked === undefined) return inside;
  const { network } = workloadsOf(input.settings, input.request.placement);
  const ranges = asked.type === "LoadBalancer" ? { loadBalancerSourceRanges: asked.source_ranges.toSorted() } : {};
  // Only with this policy does the pod's network policy see the client's address and not that of a node.
  const more = { type: asked.type, externalTrafficPolicy: "Local", ...ranges };
  const annotations = sortKeys(network?.service_annotations ?? {});
  return [...inside, service(objectNames.outside, { ports: outsidePorts(input.request), annotations, ...more })];
}
