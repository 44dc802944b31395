import { describeRelease } from "../cluster/helm-release.ts";
import { isYoung } from "../cluster/verdict.ts";
import type { Clock } from "../ports/clock.ts";
import type { Cluster } from "../ports/cluster.ts";
import { SeedbedError } from "../problem/error.ts";
import { releaseNamespace } from "../manifests/names.ts";
import { listPendingReleases } from "./cluster-lists.ts";

interface Asked {
  cluster: Cluster;
  database: string;
  clock: Clock;
}

/**
 * Throws where Helm is at work on the database's release, or was stopped in the middle: until it made an object nothing else tells that the
 * database is its. Gives why nobody may know, or null.
 */
export async function refusePendingRelease({ cluster, database, clock }: Asked): Promise<string | null> {
  const releases = await listPendingReleases(cluster, database);
  if (releases.state === "denied") return releases.why;
  const [pending] = releases.state === "read" ? [...releases.value.values()] : [];
  if (pending === undefined) return null;
  const now = clock.now();
  throw new SeedbedError("release-pending", `${describeRelease(pending, now)} (context ${cluster.context}).`, {
    fix: isYoung(pending.since, now)
      ? "Fleet's agent or helm is at work: wait until it is done, and see with seedbed status how it went. Nothing was changed."
      : `It was stopped in the middle. Fleet's next deployment mends it; so does: kubectl --context ${cluster.context} -n ${releaseNamespace} delete secret ${pending.secret}. Nothing was changed.`,
  });
}
