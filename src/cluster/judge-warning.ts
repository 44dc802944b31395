import { bundleName } from "../manifests/names.ts";
import { shorten } from "../text/shorten.ts";
import { explainRefusal } from "./explain-refusal.ts";
import type { Observation, Warning } from "./observation.ts";
import type { Verdict } from "./verdict.ts";
import { describePlace, ELSEWHERE } from "./volume-place.ts";

/** The newest warning of a kind; null where there is none, or they may not be read. */
export function findWarning({ workload }: Observation, fits: (one: Warning) => boolean): Warning | null {
  const { warnings } = workload;
  return warnings?.state === "read" ? (warnings.value.findLast(fits) ?? null) : null;
}

interface Known {
  message: RegExp;
  code: string;
  fix(seen: Observation): string;
}

/** What the kubelet and the controllers write into events (kubernetes/kubernetes v1.36, pkg/kubelet/events, pkg/scheduler, pkg/volume). */
const KNOWN: Known[] = [
  {
    message: /secrets? ".*" not found|couldn't find (?:the )?secret/,
    code: "secret-missing",
    fix: ({ wanted }) =>
      `Create the Secret in namespace ${bundleName(wanted.database)}, or look at its ExternalSecret or Certificate: the pod starts by itself then.`,
  },
  {
    message: /references non-existent secret key/,
    code: "secret-key-missing",
    fix: () => "Add the key that the request names to the Secret; the pod starts by itself then.",
  },
  {
    message: ELSEWHERE,
    code: "volume-elsewhere",
    fix: (seen) =>
      `The volume is reached from ${placeOf(seen)} alone, and no node there takes the pod: free or add one, or let the settings' node selector reach it. Moving the volume means a new database.`,
  },
  {
    message: /bound to non-existent (?:pv\(s\)|persistentvolume)/,
    code: "volume-lost",
    fix: () =>
      "The volume behind the claim was deleted. Restore it with its name, or retire the database and deploy it again, with the data of its seed.",
  },
  {
    message:
      /unbound immediate PersistentVolumeClaims|no persistent volumes available|ProvisioningFailed|storageclass.* not found/i,
    code: "claim-unbound",
    fix: ({ wanted }) =>
      `The cluster gives no volume of ${wanted.size}: see the claim's events, and the storage class with kubectl get storageclass.`,
  },
  {
    message: /node\(s\) did not have enough free storage/,
    code: "no-storage",
    fix: ({ wanted }) => `No node that fits has ${wanted.size} left in this storage class: free some, or add a node.`,
  },
  {
    message: /node\(s\) exceed max volume count/,
    code: "no-node",
    fix: () => "Every node has as many volumes as it can attach: add a node.",
  },
  {
    message: /Insufficient \S/,
    code: "no-node",
    fix: () => "No node has room for this pod: lower database.resources, or add a node.",
  },
  {
    message: /nodes (?:are )?available/,
    code: "no-node",
    fix: () =>
      "No node may take this pod: compare the platform of its base, and node selector and tolerations in the settings' workloads, with labels and taints of the nodes (kubectl describe nodes).",
  },
];

function placeOf({ workload: { volumeObject } }: Observation): string {
  const place = volumeObject?.state === "read" ? describePlace(volumeObject.value) : null;
  return place ?? "one zone or node";
}

/** A warning as a verdict, with the fix for what it says. */
export function judgeWarning(seen: Observation, warning: Warning): Verdict {
  const known = KNOWN.find(({ message }) => message.test(`${warning.reason}: ${warning.message}`));
  const { code, fix } = known === undefined ? explainRefusal(warning.message) : { ...known, fix: known.fix(seen) };
  return {
    health: "broken",
    code: code === "not-deployed" ? "pod-refused" : code,
    what: `${warning.kind} ${warning.name}: ${warning.reason}: ${shorten(warning.message, 400)}`,
    fix,
    show: `kubectl --context ${seen.contexts.cluster} -n ${bundleName(seen.wanted.database)} describe ${warning.kind.toLowerCase()} ${warning.name}`,
  };
}
