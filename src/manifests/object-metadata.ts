import { workloadsOf } from "../settings/workloads-of.ts";
import { sortKeys } from "../text/order.ts";
import { isLabelValue } from "./label-value.ts";
import type { KubernetesObject, ManifestInput } from "./manifest-input.ts";
import { bundleName, selectorLabels } from "./names.ts";

/** Name, namespace, labels and annotations of an object in the database's namespace. */
export function objectMetadata(
  input: ManifestInput,
  name: string,
  annotations: Record<string, string> = {},
): KubernetesObject["metadata"] {
  const all = { ...platformMetadata(input).annotations, ...annotations };
  const some = Object.keys(all).length > 0;
  return {
    name,
    namespace: bundleName(input.database),
    labels: objectLabels(input),
    ...(some ? { annotations: all } : {}),
  };
}

/**
 * Labels of every object. No `app.kubernetes.io/managed-by`: Helm overwrites it and Fleet then reports
 * the object as modified forever (seen with Fleet 0.16.1).
 */
export function objectLabels(input: ManifestInput): Record<string, string> {
  const owner = input.request.owner;
  return {
    ...selectorLabels(input.database),
    "app.kubernetes.io/part-of": "seedbed",
    ...(isLabelValue(owner) ? { "seedbed.dev/owner": owner } : {}),
    ...platformMetadata(input).labels,
  };
}

/** What the settings put on every object and on the pod, in one order whatever order the settings have. */
export function platformMetadata({ request, settings }: ManifestInput): Record<"labels" | "annotations", Strings> {
  const { labels = {}, annotations = {} } = workloadsOf(settings, request.placement).metadata ?? {};
  return { labels: sortKeys(labels), annotations: sortKeys(annotations) };
}

type Strings = Record<string, string>;
