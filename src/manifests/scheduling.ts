import { workloadsOf } from "../settings/workloads-of.ts";
import type { Scheduling } from "../settings/settings.ts";
import { sortKeys } from "../text/order.ts";
import type { ManifestInput } from "./manifest-input.ts";
import { databaseLabel } from "./names.ts";

/** The fields of a pod that decide on which node it runs; `platform` is the image's, such as `linux/amd64`. */
export function renderScheduling({ request, settings }: ManifestInput, platform: string): object {
  const { scheduling = {} } = workloadsOf(settings, request.placement);
  const affinity = renderAffinity(scheduling);
  const { tolerations = [], priority_class: priority } = scheduling;
  return {
    ...(priority === undefined ? {} : { priorityClassName: priority }),
    nodeSelector: { ...sortKeys(scheduling.node_selector ?? {}), ...nodeOf(platform) },
    ...(Object.keys(affinity).length === 0 ? {} : { affinity }),
    ...(tolerations.length === 0 ? {} : { tolerations }),
  };
}

function renderAffinity({ node_affinity: conditions = [], spread }: Scheduling): object {
  const matchExpressions = conditions.map(({ key, operator, values }) => ({
    key,
    operator,
    ...(values === undefined ? {} : { values }),
  }));
  const nodes = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } };
  return {
    ...(matchExpressions.length === 0 ? {} : { nodeAffinity: nodes }),
    ...(spread === undefined ? {} : { podAntiAffinity: keepApart(spread) }),
  };
}

/** A preference, not a condition: more databases than nodes still find a place. */
function keepApart(topologyKey: string): object {
  const labelSelector = { matchLabels: databaseLabel };
  return {
    preferredDuringSchedulingIgnoredDuringExecution: [
      { weight: 100, podAffinityTerm: { labelSelector, namespaceSelector: {}, topologyKey } },
    ],
  };
}

function nodeOf(platform: string): Record<string, string> {
  const [system = "linux", architecture = "amd64"] = platform.split("/");
  return { "kubernetes.io/os": system, "kubernetes.io/arch": architecture };
}
