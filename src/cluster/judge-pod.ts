import { bundleName, objectNames } from "../manifests/names.ts";
import { sentence } from "../text/sentence.ts";
import { shorten } from "../text/shorten.ts";
import { numberAt, textAt } from "./fields.ts";
import { findWarning, judgeWarning } from "./judge-warning.ts";
import type { LogEvent } from "./log-event.ts";
import type { Observation } from "./observation.ts";
import type { PodState } from "./pod-state.ts";
import { describeProgress, followEvents, type Progress } from "./progress.ts";
import { isYoung, type Verdict } from "./verdict.ts";

/** How a pod that is there is. */
export function judgePod(seen: Observation): Verdict {
  const { pod, log } = seen.workload;
  if (pod.state !== "read") throw new Error("there is no pod to judge");
  const progress = followEvents(log?.state === "read" ? log.value : []);
  const at = { seen, pod: pod.value, progress };
  return (
    judgeReplacement(at) ??
    judgeScheduling(at) ??
    judgeWaiting(at) ??
    judgeFailure(at) ??
    judgeOpen(at) ??
    judgeStarting(at) ??
    judgeWork(at)
  );
}

interface At {
  seen: Observation;
  pod: PodState;
  progress: Progress;
}

function verdict(at: At, rest: Omit<Verdict, "show"> & { show?: string }): Verdict {
  return { show: `seedbed logs ${at.seen.wanted.database}`, ...rest };
}

function judgeReplacement(at: At): Verdict | null {
  const { pod, seen } = at;
  if (pod.terminating)
    return verdict(at, {
      health: "working",
      code: "pod-terminating",
      what: "the pod is being stopped; Oracle has five minutes to shut down",
      fix: "Wait: the StatefulSet makes a new pod.",
    });
  if (isOutdated(at))
    return verdict(at, {
      health: "working",
      code: "pod-old",
      what: "the pod is of an earlier revision and is being replaced",
      fix: "Wait: Oracle has five minutes to shut down.",
    });
  // The two differ for seconds when a commit arrives; Fleet's own verdict says when it does not arrive.
  if (pod.image === seen.wanted.image) return null;
  return verdict(at, {
    health: "working",
    code: "image-old",
    what: `the pod runs ${pod.image}, and the lock has ${seen.wanted.image}`,
    fix: "Wait until the new manifests have arrived. If it stays so, the pod cannot be replaced: look at the StatefulSet.",
    show: `kubectl --context ${seen.contexts.cluster} -n ${bundleName(seen.wanted.database)} describe statefulset oracle`,
  });
}

/** Whether the StatefulSet's controller has yet to see its newest version, or to replace the pod (apps/v1 StatefulSetStatus). */
function isOutdated({ seen, pod }: At): boolean {
  const { statefulSet } = seen.workload;
  if (statefulSet?.state !== "read") return false;
  const { value } = statefulSet;
  const [wanted, observed] = [
    numberAt(value, "metadata", "generation"),
    numberAt(value, "status", "observedGeneration"),
  ];
  if (wanted !== undefined && observed !== undefined && observed < wanted) return true;
  const revision = pod.object.metadata.labels?.["controller-revision-hash"];
  const update = textAt(value, "status", "updateRevision");
  return revision !== undefined && update !== undefined && revision !== update;
}

function judgeScheduling(at: At): Verdict | null {
  const { pod, seen } = at;
  const { scheduled } = pod;
  if (scheduled?.status !== "False") return null;
  const warning = findWarning(seen, ({ kind }) => kind === "PersistentVolumeClaim");
  if (warning !== null && isClaimPending(seen)) return judgeWarning(seen, warning);
  const name = pod.object.metadata.name;
  const found = judgeWarning(seen, { kind: "Pod", name, reason: scheduled.reason, message: scheduled.message });
  return isYoung(scheduled.since, seen.now) ? { ...found, health: "working" } : found;
}

function isClaimPending({ workload }: Observation): boolean {
  return workload.claim.state === "read" && textAt(workload.claim.value, "status", "phase") === "Pending";
}

/** Reasons of the kubelet for an image that it does not get (pkg/kubelet/images/types.go). */
const PULLING = new Set([
  "ErrImagePull",
  "ImagePullBackOff",
  "InvalidImageName",
  "ErrImageNeverPull",
  "RegistryUnavailable",
  "ImageInspectError",
  "SignatureValidationFailed",
]);

function judgeWaiting(at: At): Verdict | null {
  const { pod, seen } = at;
  const reason = pod.waiting?.reason ?? "";
  if (PULLING.has(reason))
    return verdict(at, {
      health: "broken",
      code: "image-not-pulled",
      what: `the node cannot pull ${pod.image}: ${shorten(pod.waiting!.message || reason, 300)}`,
      fix: "Compare the image's digest with the registry, and give the namespace's pull Secret a login that may read it (docs/registries.md): where people make that Secret, seedbed deploy <db> --pull-login-only does.",
      show: describePod(seen),
    });
  if (reason === "CreateContainerConfigError" || reason === "CreateContainerError" || reason === "RunContainerError")
    return judgeWarning(seen, { kind: "Pod", name: "oracle-0", reason, message: pod.waiting!.message });
  if (pod.phase !== "Pending") return null;
  const warning = findWarning(seen, ({ kind, reason: why }) => kind === "Pod" && MOUNTING.has(why));
  return warning === null ? null : judgeWarning(seen, warning);
}

const MOUNTING = new Set(["FailedMount", "FailedAttachVolume", "FailedCreatePodSandBox"]);

/** The runtime's own words first: what Kubernetes says of it (`Error`, `CrashLoopBackOff`) explains nothing. */
function judgeFailure(at: At): Verdict | null {
  const { pod, progress } = at;
  if (pod.ready && progress.isOpen) return null;
  const isDown = pod.waiting?.reason === "CrashLoopBackOff" || pod.phase === "Failed";
  if (progress.failure !== null && !pod.ready) return failed(at, progress.failure);
  if (pod.lastEnd?.reason === "OOMKilled" && (isDown || !pod.ready))
    return verdict(at, {
      health: "broken",
      code: "out-of-memory",
      what: `the container was killed because it used more than its memory (${describeRestarts(pod)})`,
      fix: "Raise database.resources.memory in a pull request.",
    });
  if (!isDown || pod.lastEnd === null) return null;
  if (pod.lastEnd.failure !== null) return failed(at, pod.lastEnd.failure);
  return verdict(at, {
    health: "broken",
    code: "container-ended",
    what: `the container ended with status ${pod.lastEnd.exitCode} and left no reason (${describeRestarts(pod)})`,
    fix: "Read the log of the container that ended.",
    show: `seedbed logs ${at.seen.wanted.database} --previous`,
  });
}

function failed(at: At, failure: LogEvent): Verdict {
  const held = at.progress.isHolding ? "; it waits with a restricted database" : "";
  return verdict(at, {
    health: "broken",
    code: failure.code ?? "container-failed",
    what: `${failure.phase} failed: ${shorten(failure.text ?? "without a text", 400)}${held}`,
    fix: sentence(failure.fix ?? "Read the container's log."),
  });
}

function describeRestarts({ restarts }: PodState): string {
  return restarts === 1 ? "1 restart" : `${restarts} restarts`;
}

/** Ready is the container's own probe: the pluggable database is open and not restricted. */
function judgeOpen(at: At): Verdict | null {
  const { pod, progress } = at;
  if (!pod.ready) return null;
  // A change that could not be applied leaves the database in use, and is tried again with the next one.
  if (progress.failure !== null)
    return { ...failed(at, progress.failure), what: `open, but ${failed(at, progress.failure).what}` };
  return verdict(at, { health: "open", code: "open", what: "open", fix: "" });
}

function judgeStarting(at: At): Verdict | null {
  const { pod, seen } = at;
  if (pod.phase !== "Pending") return null;
  return verdict(at, {
    health: "working",
    code: "starting",
    what: pod.node === null ? "the pod waits for a node" : `the pod starts on ${pod.node}: volumes and image`,
    fix: "Pulling a large image takes minutes.",
    show: describePod(seen),
  });
}

function judgeWork(at: At): Verdict {
  const { seen, pod, progress } = at;
  const { log } = seen.workload;
  if (log?.state === "denied")
    return (
      judgeRecords(at, log.why) ??
      verdict(at, {
        health: "unknown",
        code: "not-readable",
        what: `the pod runs and is not ready, and its log cannot be read: ${log.why}`,
        fix: "Have somebody give you get for pods/log; if the node does not answer, look at it.",
        show: describePod(seen),
      })
    );
  const again = pod.restarts > 0 ? ` (${describeRestarts(pod)})` : "";
  return verdict(at, {
    health: "working",
    code: progress.phase === null ? "starting" : "importing",
    what: `${describeProgress(progress)}${again}`,
    fix: "Importing takes as long as the data needs.",
  });
}

/** What the volume's records say where the log says nothing. */
function judgeRecords(at: At, why: string): Verdict | null {
  const { volume } = at.seen.workload;
  if (volume?.state !== "read" || volume.value.phase === null) return null;
  const { name, finished } = volume.value.phase;
  return verdict(at, {
    health: "working",
    code: "importing",
    what: `${describeProgress({ phase: name, percent: null })} was finished at ${finished}; the log cannot be read: ${why}`,
    fix: "Importing takes as long as the data needs; with get for pods/log this says more.",
    show: describePod(at.seen),
  });
}

function describePod({ contexts, wanted }: Observation): string {
  return `kubectl --context ${contexts.cluster} -n ${bundleName(wanted.database)} describe pod ${objectNames.database}-0`;
}
