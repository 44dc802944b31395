import { bundleName, releaseNamespace } from "../manifests/names.ts";
import type { LiveObject, Selection } from "../ports/cluster.ts";
import { formatAge } from "../text/amount.ts";
import { readTime } from "./condition.ts";

/** A Helm release whose last operation did not end: Helm refuses every other one until then. */
export interface PendingRelease {
  name: string;
  revision: number;
  /** `pending-install`, `pending-upgrade`, `pending-rollback` (helm/helm v4, pkg/release/common/status.go, IsPending). */
  status: string;
  /** Milliseconds since the epoch; null where the record does not say. */
  since: number | null;
  /** Name of the Secret that records it, in the namespace of all releases. */
  secret: string;
}

/**
 * Helm's records: a Secret for each revision, `sh.helm.release.v1.<name>.v<revision>`, whose labels have `owner`, `name`, `status`,
 * `version`, `createdAt` and `modifiedAt` (helm/helm v4, pkg/storage/driver/secrets.go, newSecretsObject). The labels alone are read.
 */
export function releaseSelection(database?: string): Selection {
  const name = database === undefined ? "" : `,name=${bundleName(database)}`;
  return { namespace: releaseNamespace, labels: `owner=helm${name}`, metadataOnly: true };
}

/** The releases whose last revision is pending, by name: an earlier one hinders nobody. */
export function findPendingReleases(records: readonly LiveObject[]): Map<string, PendingRelease> {
  const all = records.map(readRecord).toSorted((a, b) => a.revision - b.revision);
  const last = new Map(all.map((one) => [one.name, one]));
  return new Map([...last].filter(([, { status }]) => status.startsWith("pending-")));
}

function readRecord({ metadata: { name: secret, labels = {}, creationTimestamp } }: LiveObject): PendingRelease {
  const changed = labels["modifiedAt"] ?? labels["createdAt"];
  return {
    name: labels["name"] ?? "",
    revision: Number(labels["version"] ?? 0),
    status: labels["status"] ?? "",
    // Seconds; an install is recorded once, so that its Secret's own time is as good.
    since: changed === undefined ? readTime(creationTimestamp) : Number(changed) * 1000,
    secret,
  };
}

/** `Helm's release seedbed-hr is pending-upgrade (revision 3) since 2026-11-30T01:00:00.000Z (14 min)`. */
export function describeRelease({ name, status, revision, since }: PendingRelease, now: number): string {
  const time = since === null ? "" : ` since ${new Date(since).toISOString()} (${formatAge(now - since)})`;
  return `Helm's release ${name} is ${status} (revision ${revision})${time}`;
}
