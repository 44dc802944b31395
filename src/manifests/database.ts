import { digestOfJson } from "../crypto/digest.ts";
import { compareText } from "../text/order.ts";
import { renderConfigMap } from "./config-map.ts";
import { isSeedPending } from "./fleet.ts";
import type { KubernetesObject, ManifestInput } from "./manifest-input.ts";
import { objectNames, selectorLabels } from "./names.ts";
import { objectMetadata, platformMetadata } from "./object-metadata.ts";
import { renderPod } from "./pod.ts";

/** The container's configuration, which a reviewer can read, and the container itself. */
export function renderDatabase(input: ManifestInput): KubernetesObject[] {
  const disruption = {
    selector: { matchLabels: selectorLabels(input.database) },
    maxUnavailable: 1,
    // A database that is importing or stuck must not block the draining of a node.
    unhealthyPodEvictionPolicy: "AlwaysAllow",
  };
  return [
    renderConfigMap(objectMetadata(input, objectNames.seedConfig), input.seedConfig),
    renderConfigMap(objectMetadata(input, objectNames.applyConfig), input.applyConfig),
    renderStatefulSet(input),
    {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: objectMetadata(input, objectNames.database),
      spec: disruption,
    },
  ];
}

/** At most one replica: a Deployment could start a new pod while the old one is still running. */
function renderStatefulSet(input: ManifestInput): KubernetesObject {
  const selector = selectorLabels(input.database);
  const { labels, annotations } = platformMetadata(input);
  const metadata = {
    labels: { ...labels, ...selector },
    annotations: { ...annotations, ...restartAnnotations(input) },
  };
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: objectMetadata(input, objectNames.database, stateAnnotations(input)),
    spec: {
      replicas: input.lock.image === undefined || input.request.database.stopped === true ? 0 : 1,
      serviceName: objectNames.pods,
      // In order, a pod that was never ready would be waited for and never replaced: no commit could mend a failed import.
      podManagementPolicy: "Parallel",
      selector: { matchLabels: selector },
      template: { metadata, spec: renderPod(input) },
    },
  };
}

/** Information for people, on the object instead of the pod, so that it can change without a restart. */
function stateAnnotations(input: ManifestInput): Record<string, string> {
  const { lock } = input;
  return {
    "seedbed.dev/generation": String(lock.generation),
    ...(lock.dump_set === undefined ? {} : { "seedbed.dev/dump-set": lock.dump_set.digest }),
    "seedbed.dev/seed": isSeedPending(input) ? "pending" : "current",
  };
}

/** Only what a running container cannot pick up: Kubernetes restarts the pod when one of these changes. */
function restartAnnotations(input: ManifestInput): Record<string, string> {
  const files = input.seedConfig
    .map(({ path, text }) => [path, text])
    .toSorted(([a = ""], [b = ""]) => compareText(a, b));
  return { "seedbed.dev/seed-config": digestOfJson(files) };
}
