import type { LiveObject } from "../../src/ports/cluster.ts";
import { ago } from "./pod-shapes.ts";

/** The commit of main's tip, and one before it. */
export const [TIP, EARLIER] = ["aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb"];

/** A condition of Fleet: `status` omits nothing, but a message that is empty. */
export function condition(type: string, status: "True" | "False", message = "", seconds = 600): object {
  return { type, status, lastUpdateTime: ago(seconds), ...(message === "" ? {} : { message }) };
}

export function gitRepo(status: object = {}, spec: object = {}): LiveObject {
  return {
    apiVersion: "fleet.cattle.io/v1alpha1",
    kind: "GitRepo",
    metadata: { name: "databases", namespace: "fleet-default" },
    spec: { repo: "https://git.example/acme/databases", branch: "main", paths: ["environments/*/manifests"], ...spec },
    // Both are seen beside every fault: they prove nothing.
    status: { commit: TIP, gitJobStatus: "Current", conditions: [condition("Ready", "True")], ...status },
  };
}

export function bundle(status: object = {}, labels: object = {}): LiveObject {
  return {
    apiVersion: "fleet.cattle.io/v1alpha1",
    kind: "Bundle",
    metadata: {
      name: "seedbed-hr",
      namespace: "fleet-default",
      creationTimestamp: ago(86_400),
      labels: { "fleet.cattle.io/commit": TIP, "fleet.cattle.io/repo-name": "databases", ...labels },
    },
    spec: { targets: [{ clusterName: "rke-test" }] },
    status: {
      conditions: [condition("Ready", "True")],
      display: { readyClusters: "1/1" },
      summary: { desiredReady: 1, ready: 1 },
      ...status,
    },
  };
}

export function deployment(status: object = {}): LiveObject {
  return {
    apiVersion: "fleet.cattle.io/v1alpha1",
    kind: "BundleDeployment",
    metadata: { name: "seedbed-hr", namespace: "cluster-fleet-default-rke-test-1a3d67d0a899" },
    spec: { deploymentID: "s-1:o-1" },
    status: {
      appliedDeploymentID: "s-1:o-1",
      conditions: ["Installed", "Deployed", "Ready", "Monitored"].map((type) => condition(type, "True")),
      display: { deployed: "True", monitored: "True", state: "Ready" },
      ready: true,
      nonModified: true,
      ...status,
    },
  };
}
