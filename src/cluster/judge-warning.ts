import { bundleName } from "../manifests/names.ts";
import { shorten } from "../text/shorten.ts";
import { explainRefusal } from "./explain-refusal.ts";
import type { Observation, Warning } from "./observation.ts";
import type { Verdict } from "./verdict.ts";

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
      `Create the Secret in namespace ${bundleName(wanted.database)}, or look at its ExternalSecret: the pod starts by itself then.`,
  },
  {
    message: /references non-existent secret key/,
    code: "secret-key-missing",
    fix: () => "Add the key that the request names to the Secret; the pod starts by itself then.",
  },
  {
    message: /node\(s\) had volume node affinity conflict/,
    code: "volume-elsewhere",
    fix: () =>
      "The volume lies in a zone or on a node where no pod of this size fits: free a node there. Moving the volume means a new database.",
  },
  {
    message:
      /unbound immediate PersistentVolumeClaims|no persistent volumes available|ProvisioningFailed|storageclass.* not found/i,
    code: "claim-unbound",
    fix: ({ wanted }) =>
      `The cluster gives no volume of ${wanted.size}: see the claim's events, and the storage class with kubectl get storageclass.`,
  },
  {
    message: /Insufficient (?:cpu|memory)|didn't match Pod's node affinity|untolerated taint|nodes (?:are )?available/,
    code: "no-node",
    fix: () => "No node has room for this pod: lower database.resources, or add a node.",
  },
];

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
