import { judgeFleet } from "./judge-fleet.ts";
import { judgePending } from "./judge-release.ts";
import { judgeWorkload } from "./judge-workload.ts";
import type { FleetObservation, Observation } from "./observation.ts";
import { ownerOf } from "./owner-of.ts";
import type { Verdict } from "./verdict.ts";

/**
 * One verdict for a database, from everything that was read: what hides something comes before what it hides. Fleet's objects come
 * first, and only where they say no more than that something is not ready, the pod says why.
 */
export function judgeStatus(seen: Observation): Verdict {
  const fleet = judgeFleet(seen);
  const workload = judgeWorkload(seen);
  if (fleet === null)
    return workload.health === "open" ? (findUnread(seen) ?? workload) : (judgePending(seen) ?? workload);
  if (fleet.code !== "not-ready") return fleet;
  // The pod may have become ready since Fleet looked.
  return workload.health === "unknown" ? fleet : workload;
}

/** What would have to be known before a database that is open counts as healthy. */
function findUnread(seen: Observation): Verdict | null {
  const { fleet } = seen;
  if (fleet === null) return null;
  const denied = listReadings(fleet).find(({ state }) => state === "denied");
  if (denied !== undefined && "why" in denied) return unknown(seen, `Fleet's objects may not be read: ${denied.why}`);
  const { claim } = seen.workload;
  const isFleets = claim.state === "read" && ownerOf(claim.value).kind === "fleet";
  if (fleet.bundle.state === "absent" && fleet.gitRepos.state === "absent" && isFleets)
    return unknown(seen, `Fleet deployed it, and context ${seen.contexts.fleet} has no Fleet`);
  return null;
}

function listReadings({ gitRepos, bundle, deployments }: FleetObservation) {
  return [gitRepos, bundle, deployments];
}

function unknown(seen: Observation, why: string): Verdict {
  return {
    health: "unknown",
    code: "fleet-not-readable",
    what: `the database is open, but whether it is what main has is unknown: ${why}`,
    fix: "Name the context of Rancher's management cluster with --fleet-context, or judge the pod alone with --no-fleet.",
    show: `kubectl --context ${seen.contexts.fleet} auth can-i list bundles.fleet.cattle.io -A`,
  };
}
