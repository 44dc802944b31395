import { digestOfJson } from "../digests/digest.ts";
import { compareText } from "../order.ts";
import { renderConfigMap } from "./config-map.ts";
import { isSeedPending } from "./fleet.ts";
import type { KubernetesObject, ManifestInput } from "./manifest-input.ts";
import { bundleName, objectLabels, objectNames, selectorLabels } from "./names.ts";
import { renderPod } from "./pod.ts";

/** The configuration that the container runs, for the reviewer to read, and the container itself. */
export function renderDatabase(input: ManifestInput): KubernetesObject[] {
  const namespace = bundleName(input.database);
  const labels = objectLabels(input);
  const disruption = {
    selector: { matchLabels: selectorLabels(input.database) },
    maxUnavailable: 1,
    // A database that imports or is stuck never blocks the draining of a node.
    unhealthyPodEvictionPolicy: "AlwaysAllow",
  };
  return [
    renderConfigMap({ name: objectNames.seedConfig, namespace, labels }, input.seedConfig),
    renderConfigMap({ name: objectNames.applyConfig, namespace, labels }, input.applyConfig),
    renderStatefulSet(input, namespace),
    {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: objectNames.database, namespace, labels },
      spec: disruption,
    },
  ];
}

/** One replica and never a second: a Deployment could start the next pod beside the last one. */
function renderStatefulSet(input: ManifestInput, namespace: string): KubernetesObject {
  const selector = selectorLabels(input.database);
  const metadata = { labels: selector, annotations: restartAnnotations(input) };
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: {
      name: objectNames.database,
      namespace,
      labels: objectLabels(input),
      annotations: stateAnnotations(input),
    },
    spec: {
      replicas: input.lock.image === undefined ? 0 : 1,
      serviceName: objectNames.pods,
      selector: { matchLabels: selector },
      template: { metadata, spec: renderPod(input) },
    },
  };
}

/** Facts for people, on the object and not on the pod: they change without a restart. */
function stateAnnotations(input: ManifestInput): Record<string, string> {
  const { lock } = input;
  return {
    "seedbed.dev/generation": String(lock.generation),
    ...(lock.dump_set === undefined ? {} : { "seedbed.dev/dump-set": lock.dump_set.digest }),
    "seedbed.dev/seed": isSeedPending(input) ? "pending" : "current",
  };
}

/** Only what a running container cannot take up: Kubernetes restarts the pod when one of these changes. */
function restartAnnotations(input: ManifestInput): Record<string, string> {
  const files = input.seedConfig
    .map(({ path, text }) => [path, text])
    .toSorted(([a = ""], [b = ""]) => compareText(a, b));
  return { "seedbed.dev/seed-config": digestOfJson(files) };
}
