import { shorten } from "../text/shorten.ts";
import { conditionOf, type Condition } from "./condition.ts";
import { explainRefusal } from "./explain-refusal.ts";
import type { Bundle, BundleDeployment } from "./fleet-records.ts";
import type { Observation } from "./observation.ts";
import { isYoung, notFinal, type Verdict } from "./verdict.ts";

/** What is in the way in the deployments of a bundle; null where nothing is, and where they may not be read. */
export function judgeDeployment(seen: Observation, bundle: Bundle): Verdict | null {
  const { deployments } = seen.fleet!;
  if (deployments.state !== "read") return null;
  for (const deployment of deployments.value) {
    const verdict =
      judgeConditions(seen, deployment) ?? judgeIds(seen, bundle, deployment) ?? judgeParts(seen, deployment);
    if (verdict !== null) return verdict;
  }
  return null;
}

/** One that is False counts even where the display says Ready, and ids are equal although nothing was installed. */
function judgeConditions(seen: Observation, deployment: BundleDeployment): Verdict | null {
  for (const type of ["Installed", "Deployed", "Monitored"]) {
    const condition = conditionOf(deployment.object, type);
    if (condition?.status === "False") return refused(seen, { deployment, type, condition });
  }
  return null;
}

interface False {
  deployment: BundleDeployment;
  type: string;
  condition: Condition;
}

function refused(seen: Observation, { deployment, type, condition }: False): Verdict {
  const { code, fix } = explainRefusal(condition.message);
  const said = condition.message === "" ? condition.reason : condition.message;
  const verdict: Verdict = {
    health: "broken",
    code,
    what: `the cluster did not take the bundle (${type}): ${shorten(said, 400)}`,
    fix,
    show: describe(seen, deployment),
  };
  return isYoung(condition.since, seen.now) ? notFinal(verdict) : verdict;
}

function judgeIds(seen: Observation, bundle: Bundle, deployment: BundleDeployment): Verdict | null {
  if (deployment.appliedId !== "" && deployment.appliedId === deployment.wantedId) return null;
  const waiting: Verdict = {
    health: "working",
    code: "not-applied",
    what: "Fleet's agent has not applied the latest bundle yet",
    fix: "This takes seconds. If it stays so, Fleet's agent in the cluster is away or cannot reach the management cluster.",
    show: describe(seen, deployment),
  };
  const ready = conditionOf(bundle.object, "Ready");
  // The time of a condition that is still True says when the bundle was Ready, not since when it waits.
  const isOld = ready?.status === "False" && ready.since !== null && !isYoung(ready.since, seen.now);
  if (!isOld) return waiting;
  return {
    ...waiting,
    health: "broken",
    code: "agent-away",
    what: `Fleet's agent of ${seen.wanted.fleetCluster} does not apply the bundle: ${shorten(ready.message, 200)}`,
    fix: "Look at the agent: kubectl -n cattle-fleet-system logs deployment/fleet-agent, in the cluster of the database.",
  };
}

function judgeParts(seen: Observation, deployment: BundleDeployment): Verdict | null {
  const [modified] = deployment.modified;
  if (deployment.nonReady.length > 0) {
    const list = deployment.nonReady.map(({ object, message }) => `${object}: ${message}`);
    return {
      health: "working",
      code: "not-ready",
      what: `not ready: ${shorten(list.join("; "), 400)}`,
      fix: "The pod's log says how far it is.",
      show: `seedbed logs ${seen.wanted.database}`,
    };
  }
  if (modified === undefined) return null;
  return {
    health: "working",
    code: "modified",
    what: `${modified.object} is not as its manifest says: ${shorten(modified.difference, 200)}`,
    fix: "Fleet sets it back within seconds. If it stays so, somebody changes it again: make the change by a pull request.",
    show: describe(seen, deployment),
  };
}

function describe({ contexts }: Observation, { object }: BundleDeployment): string {
  const { namespace, name } = object.metadata;
  return `kubectl --context ${contexts.fleet} -n ${namespace} describe bundledeployments.fleet.cattle.io ${name}`;
}
