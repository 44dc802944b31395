import { objectNames } from "../manifests/names.ts";
import type { LiveObject } from "../ports/cluster.ts";
import { conditionOf, readTime, type Condition } from "./condition.ts";
import { listAt, numberAt, textAt, valueAt } from "./fields.ts";
import { readLogEvents, type LogEvent } from "./log-event.ts";

/** What of a pod is judged: core/v1 `PodStatus` and `ContainerStatus`. */
export interface PodState {
  object: LiveObject;
  /** `Pending`, `Running`, `Failed`. */
  phase: string;
  /** Of its specification, so that it can be compared before anything is pulled. */
  image: string;
  node: string | null;
  ready: boolean;
  scheduled: Condition | null;
  /** Why the container does not run: `ImagePullBackOff`, `CrashLoopBackOff`; null where it does. */
  waiting: { reason: string; message: string } | null;
  restarts: number;
  /** How the container ended the last time; null where it never did. */
  lastEnd: ContainerEnd | null;
  terminating: boolean;
  startedAt: number | null;
}

export interface ContainerEnd {
  /** `Error`, `OOMKilled`, `Completed`. */
  reason: string;
  exitCode: number;
  /** The runtime's failure in the termination message; null where it left none. */
  failure: LogEvent | null;
  /** The whole termination message. */
  message: string;
}

export function readPod(object: LiveObject): PodState {
  const isOurs = (one: unknown) => textAt(one, "name") === objectNames.database;
  const status = listAt(object, "status", "containerStatuses").find(isOurs);
  const waiting = valueAt(status, "state", "waiting");
  return {
    object,
    phase: textAt(object, "status", "phase") ?? "Unknown",
    image: textAt(listAt(object, "spec", "containers").find(isOurs), "image") ?? "",
    node: textAt(object, "spec", "nodeName") ?? null,
    ready: conditionOf(object, "Ready")?.status === "True",
    scheduled: conditionOf(object, "PodScheduled"),
    waiting:
      waiting === undefined
        ? null
        : { reason: textAt(waiting, "reason") ?? "", message: textAt(waiting, "message") ?? "" },
    restarts: numberAt(status, "restartCount") ?? 0,
    lastEnd: readEnd(valueAt(status, "state", "terminated") ?? valueAt(status, "lastState", "terminated")),
    terminating: object.metadata.deletionTimestamp !== undefined,
    startedAt: readTime(textAt(status, "state", "running", "startedAt")),
  };
}

function readEnd(terminated: unknown): ContainerEnd | null {
  if (terminated === undefined) return null;
  const message = textAt(terminated, "message") ?? "";
  return {
    reason: textAt(terminated, "reason") ?? "",
    exitCode: numberAt(terminated, "exitCode") ?? 0,
    failure: readLogEvents(message).findLast(({ event }) => event === "fail") ?? null,
    message,
  };
}
