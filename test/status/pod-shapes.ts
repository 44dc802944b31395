import type { LiveObject } from "../../src/ports/cluster.ts";

export const NOW = Date.parse("2026-11-22T12:00:00Z");
export const IMAGE = `registry.example/dev/hr@sha256:${"1".repeat(64)}`;

/** Seconds before NOW, as Kubernetes writes times. */
export function ago(seconds: number): string {
  return new Date(NOW - seconds * 1000).toISOString().replace(".000", "");
}

/** core/v1 Pod of the StatefulSet; `container` is its ContainerStatus. */
export function pod(status: object = {}, container: object = {}): LiveObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "oracle-0", namespace: "seedbed-hr", uid: "u1" },
    spec: { nodeName: "node-1", containers: [{ name: "oracle", image: IMAGE }] },
    status: {
      phase: "Running",
      conditions: [
        { type: "PodScheduled", status: "True" },
        { type: "Ready", status: "True" },
      ],
      containerStatuses: [
        { name: "oracle", restartCount: 0, state: { running: { startedAt: ago(600) } }, ...container },
      ],
      ...status,
    },
  };
}

export const NOT_READY = { conditions: [{ type: "PodScheduled", status: "True" }] };

export function claim(phase = "Bound", size = "20Gi", annotations: Record<string, string> = FLEETS): LiveObject {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "oradata", namespace: "seedbed-hr", annotations },
    spec: { resources: { requests: { storage: size } } },
    status: { phase, ...(phase === "Bound" ? { capacity: { storage: size } } : {}) },
  };
}

const FLEETS = {
  "meta.helm.sh/release-name": "seedbed-hr",
  "meta.helm.sh/release-namespace": "seedbed-system",
  "objectset.rio.cattle.io/id": "default-seedbed-hr",
};
