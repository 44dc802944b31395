import { bundleName } from "../manifests/names.ts";
import { numberAt, textAt } from "./fields.ts";
import { bytesOf, sizeForRequest } from "./live-size.ts";
import { judgePod } from "./judge-pod.ts";
import type { Observation } from "./observation.ts";
import { findWarning, judgeWarning } from "./judge-warning.ts";
import type { Verdict } from "./verdict.ts";

/** How the database itself is in its cluster: namespace, pod, volume. Never null: what may not be read is unknown. */
export function judgeWorkload(seen: Observation): Verdict {
  return judgeNamespace(seen) ?? judgeWanted(seen) ?? judgeAbsence(seen) ?? judgePod(seen);
}

function judgeNamespace(seen: Observation): Verdict | null {
  const { namespace } = seen.workload;
  const name = bundleName(seen.wanted.database);
  const show = `kubectl --context ${seen.contexts.cluster} get namespace ${name} -o yaml`;
  if (namespace?.state === "read" && namespace.value.metadata.deletionTimestamp !== undefined)
    return {
      health: "broken",
      code: "namespace-terminating",
      what: `the namespace ${name} is being deleted since ${namespace.value.metadata.deletionTimestamp}`,
      fix: "Wait until it is gone, or look at its conditions for what holds it. Fleet makes it again afterwards, with an empty volume; seedbed deploy waits for that.",
      show,
    };
  if (namespace?.state !== "absent" || seen.wanted.image === null) return null;
  return {
    health: "broken",
    code: "namespace-missing",
    what: `the cluster of context ${seen.contexts.cluster} has no namespace ${name}`,
    fix: "Merge the manifests, or run seedbed deploy. If it is another cluster, name its context with --context.",
    show: `kubectl --context ${seen.contexts.cluster} get namespaces`,
  };
}

/** Before the first seed nothing runs, and an unbound claim is as it should be. */
function judgeWanted({ wanted, workload }: Observation): Verdict | null {
  if (wanted.image !== null && wanted.stopped && workload.pod.state === "absent")
    return {
      health: "stopped",
      code: "stopped",
      what: "stopped by its request",
      fix: "Remove database.stopped in a pull request, and it starts again with its data.",
      show: "",
    };
  if (wanted.image !== null) return null;
  return {
    health: "waiting",
    code: "waiting-for-seed",
    what: "waiting for the first seed: there is no image with data yet",
    fix: `Merge the request and wait for its run, or create the image with: seedbed seed ${wanted.database}`,
    show: "",
  };
}

function judgeAbsence(seen: Observation): Verdict | null {
  const { pod } = seen.workload;
  if (pod.state === "read") return null;
  if (pod.state === "denied") return unreadable("pods", pod.why, seen);
  return judgeStatefulSet(seen) ?? judgeRefusedPod(seen) ?? missingPod(seen);
}

function judgeStatefulSet(seen: Observation): Verdict | null {
  const { statefulSet } = seen.workload;
  const { database } = seen.wanted;
  if (statefulSet?.state === "absent")
    return {
      health: "broken",
      code: "statefulset-missing",
      what: `the namespace ${bundleName(database)} has no StatefulSet oracle`,
      fix: "Something before it was refused, or it was deleted by hand: Fleet sets it back; without Fleet run seedbed deploy.",
      show: `kubectl --context ${seen.contexts.cluster} -n ${bundleName(database)} get all,events`,
    };
  if (statefulSet?.state !== "read" || numberAt(statefulSet.value, "spec", "replicas") !== 0) return null;
  return {
    health: "waiting",
    code: "scaled-to-zero",
    what: "the StatefulSet has no replicas: the database is stopped",
    fix: "Fleet sets this back within seconds unless it is paused. Without Fleet run seedbed deploy.",
    show: `kubectl --context ${seen.contexts.cluster} -n ${bundleName(database)} get statefulset oracle -o yaml`,
  };
}

/** Why the StatefulSet's controller could not make the pod: quota, Pod Security, a webhook. */
function judgeRefusedPod(seen: Observation): Verdict | null {
  const warning = findWarning(seen, (one) => one.kind === "StatefulSet" && one.reason === "FailedCreate");
  return warning === null ? null : judgeWarning(seen, warning);
}

function missingPod(seen: Observation): Verdict {
  const { warnings } = seen.workload;
  if (warnings?.state === "denied") return unreadable("events", warnings.why, seen);
  return {
    health: "working",
    code: "pod-missing",
    what: "there is no pod yet",
    fix: warnings === null ? "" : "A controller makes it within seconds. If it stays so, look at the events.",
    show:
      warnings === null
        ? `seedbed status ${seen.wanted.database}`
        : `kubectl --context ${seen.contexts.cluster} -n ${bundleName(seen.wanted.database)} get events`,
  };
}

function unreadable(what: string, why: string, { contexts }: Observation): Verdict {
  return {
    health: "unknown",
    code: "not-readable",
    what: `${what} may not be read: ${why}`,
    fix: `Have somebody give you get and list for ${what}, or use another context.`,
    show: `kubectl --context ${contexts.cluster} auth can-i --list`,
  };
}

/** What of the volume differs from the request although nothing is broken by it; null where nothing does. */
export function describeVolume({ wanted, workload }: Observation): string | null {
  if (workload.claim.state !== "read") return null;
  const asked = textAt(workload.claim.value, "spec", "resources", "requests", "storage");
  if (asked === undefined || bytesOf(wanted.size) >= bytesOf(asked)) return null;
  return `the volume was grown by hand to ${asked}, and the request has ${wanted.size}: set database.storage.size to ${sizeForRequest(asked)} or more`;
}
