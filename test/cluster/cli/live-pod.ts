import type { ClusterObject } from "../cluster-object.ts";
import type { ControlPlane } from "../control-plane.ts";
import { IMAGE, NAMESPACE, put } from "./live-database.ts";

/** The pod of the database as a kubelet would report it: `container` is its ContainerStatus. */
export async function putPod(plane: ControlPlane, status: object, namespace = NAMESPACE): Promise<void> {
  const pod: ClusterObject = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "oracle-0", namespace, labels: { "app.kubernetes.io/name": "oracle-database" } },
    spec: {
      nodeName: "node-1",
      automountServiceAccountToken: false,
      containers: [{ name: "oracle", image: IMAGE }],
    },
  };
  await until(() =>
    plane.client.get({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace } }),
  );
  await put(plane, pod);
  const patched = await plane.client.patch(pod, { status }, "status");
  if (patched.status >= 300) throw new Error(patched.message);
}

async function until(ask: () => Promise<{ status: number }>): Promise<void> {
  while ((await ask()).status !== 200) await new Promise((resolve) => setTimeout(resolve, 50));
}

export const READY = {
  phase: "Running",
  conditions: [{ type: "Ready", status: "True" }],
  containerStatuses: [
    {
      name: "oracle",
      image: IMAGE,
      imageID: "",
      ready: true,
      restartCount: 0,
      state: { running: { startedAt: "2026-11-22T12:00:00Z" } },
    },
  ],
};
