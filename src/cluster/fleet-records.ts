import type { LiveObject } from "../ports/cluster.ts";
import { readTime } from "./condition.ts";
import { isTrueAt, listAt, numberAt, textAt } from "./fields.ts";

/**
 * What of Fleet's objects is judged. Field names: `GitRepoStatus`, `BundleStatus`, `BundleDeploymentStatus` in rancher/fleet v0.16.1,
 * pkg/apis/fleet.cattle.io/v1alpha1.
 */
export interface GitRepo {
  object: LiveObject;
  branch: string;
  paths: string[];
  paused: boolean;
  /** The commit that was read last; "" before the first. It lags by seconds. */
  commit: string;
}

export interface Bundle {
  object: LiveObject;
  /** Label of the commit that it was made from; null where no GitRepo made it. */
  commit: string | null;
  /** The GitRepo that made it; null where none did. */
  repo: string | null;
  /** Of all clusters that are targets; 0 where there is none, and then Fleet says Ready. */
  targets: number;
  waitApplied: number;
  /** The clusters that its targets name. */
  clusters: string[];
  paused: boolean;
  createdAt: number | null;
}

export interface BundleDeployment {
  object: LiveObject;
  /** The id that is to be applied, and the one that was. */
  wantedId: string;
  appliedId: string;
  nonReady: NonReady[];
  modified: Modified[];
}

export interface NonReady {
  /** `statefulset.apps seedbed-hr/oracle` and the like. */
  object: string;
  kind: string;
  message: string;
}

export interface Modified {
  object: string;
  /** `missing`, `extra`, or the patch that would set it back. */
  difference: string;
}

/** Labels that Fleet puts on what it makes of a GitRepo (the same package: `CommitLabel`, `RepoLabel`, `BundleLabel`). */
export const FLEET_LABELS = {
  commit: "fleet.cattle.io/commit",
  repo: "fleet.cattle.io/repo-name",
  bundle: "fleet.cattle.io/bundle-name",
  bundleNamespace: "fleet.cattle.io/bundle-namespace",
} as const;

export function readGitRepo(object: LiveObject): GitRepo {
  return {
    object,
    branch: textAt(object, "spec", "branch") ?? "master",
    paths: listAt(object, "spec", "paths").filter((path) => typeof path === "string"),
    paused: isTrueAt(object, "spec", "paused"),
    commit: textAt(object, "status", "commit") ?? "",
  };
}

export function readBundle(object: LiveObject): Bundle {
  const labels = object.metadata.labels ?? {};
  const targets = listAt(object, "spec", "targets");
  return {
    object,
    commit: labels[FLEET_LABELS.commit] ?? null,
    repo: labels[FLEET_LABELS.repo] ?? null,
    targets: numberAt(object, "status", "summary", "desiredReady") ?? 0,
    waitApplied: numberAt(object, "status", "summary", "waitApplied") ?? 0,
    clusters: targets.flatMap((target) => textAt(target, "clusterName") ?? []),
    paused: isTrueAt(object, "spec", "paused"),
    createdAt: readTime(object.metadata.creationTimestamp),
  };
}

export function readBundleDeployment(object: LiveObject): BundleDeployment {
  return {
    object,
    wantedId: textAt(object, "spec", "deploymentID") ?? "",
    appliedId: textAt(object, "status", "appliedDeploymentID") ?? "",
    nonReady: listAt(object, "status", "nonReadyStatus").map((one) => ({
      object: nameOf(one),
      kind: textAt(one, "kind") ?? "",
      message: listAt(one, "summary", "message").join("; "),
    })),
    modified: listAt(object, "status", "modifiedStatus").map((one) => ({
      object: nameOf(one),
      difference: differenceOf(one),
    })),
  };
}

function nameOf(one: unknown): string {
  const at = [textAt(one, "namespace"), textAt(one, "name")].filter((part) => part !== undefined && part !== "");
  return `${textAt(one, "kind") ?? "object"} ${at.join("/")}`;
}

function differenceOf(one: unknown): string {
  if (isTrueAt(one, "missing")) return "missing";
  if (isTrueAt(one, "delete")) return "extra";
  return textAt(one, "patch") ?? "changed";
}
