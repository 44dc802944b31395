import type { ResourceKind } from "../ports/cluster.ts";

function core(kind: string, plural: string, namespaced = true): ResourceKind {
  return { apiVersion: "v1", kind, plural, namespaced };
}

function fleet(kind: string, plural: string): ResourceKind {
  return { apiVersion: "fleet.cattle.io/v1alpha1", kind, plural, namespaced: true };
}

/** The kinds that are read beside those of the manifests. */
export const KINDS = {
  namespace: core("Namespace", "namespaces", false),
  pod: core("Pod", "pods"),
  claim: core("PersistentVolumeClaim", "persistentvolumeclaims"),
  volume: core("PersistentVolume", "persistentvolumes", false),
  quota: core("ResourceQuota", "resourcequotas"),
  secret: core("Secret", "secrets"),
  event: core("Event", "events"),
  statefulSet: { apiVersion: "apps/v1", kind: "StatefulSet", plural: "statefulsets", namespaced: true },
  gitRepo: fleet("GitRepo", "gitrepos"),
  bundle: fleet("Bundle", "bundles"),
  bundleDeployment: fleet("BundleDeployment", "bundledeployments"),
} as const satisfies Record<string, ResourceKind>;
