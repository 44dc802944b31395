import { releaseNamespace } from "../manifests/names.ts";
import { describeRelease } from "./helm-release.ts";
import type { Observation } from "./observation.ts";
import { isYoung, type Verdict } from "./verdict.ts";

/** A pending release as a verdict; null where there is none, and while its operation may still go on. */
export function judgePending({ workload: { release }, contexts, now }: Observation): Verdict | null {
  if (release?.state !== "read" || isYoung(release.value.since, now)) return null;
  const kubectl = `kubectl --context ${contexts.cluster} -n ${releaseNamespace}`;
  return {
    health: "broken",
    code: "release-pending",
    what: `${describeRelease(release.value, now)}: what did that was stopped, and Helm refuses everything else`,
    fix: `If neither Fleet's agent nor helm is at work on it, remove the record of this unfinished revision, and the next deployment goes on from the last finished one: ${kubectl} delete secret ${release.value.secret}`,
    show: `${kubectl} get secrets -l owner=helm,name=${release.value.name} --show-labels`,
  };
}
