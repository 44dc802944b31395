import { bundleName } from "../manifests/names.ts";
import { folderOf } from "../layout/database-folder.ts";
import { shorten } from "../text/shorten.ts";
import { conditionOf } from "./condition.ts";
import { coversPath } from "./covers-path.ts";
import type { Bundle, GitRepo } from "./fleet-records.ts";
import { judgeDeployment } from "./judge-deployment.ts";
import type { FleetObservation, Observation } from "./observation.ts";
import { judgePending } from "./judge-release.ts";
import { ownerOf } from "./owner-of.ts";
import { isYoung, notFinal, type Verdict } from "./verdict.ts";

/**
 * What is in the way in Fleet, in the order in which it hides what comes after it: GitRepo, bundle, targets, deployment. null where
 * nothing is. No summary is believed: GitRepo `Ready=True`, `gitJobStatus: Current` and a bundle's Ready are all seen beside each of
 * these faults (Fleet 0.16.1).
 */
export function judgeFleet(seen: Observation): Verdict | null {
  const { fleet } = seen;
  if (fleet === null || isWithoutFleet(seen, fleet)) return null;
  return judgeGitRepos(seen, fleet) ?? judgeBundle(seen, fleet);
}

/** A cluster without Fleet's kinds, or a database that this command line applied itself. */
function isWithoutFleet({ workload: { claim } }: Observation, { gitRepos, bundle }: FleetObservation): boolean {
  if (bundle.state !== "absent") return false;
  return gitRepos.state === "absent" || (claim.state === "read" && ownerOf(claim.value).kind === "seedbed");
}

function judgeGitRepos(seen: Observation, { gitRepos, bundle, tip, has }: FleetObservation): Verdict | null {
  if (gitRepos.state !== "read") return null;
  const made = bundle.state === "read" ? bundle.value : null;
  const repo = gitRepos.value.find(({ object }) => object.metadata.name === made?.repo) ?? gitRepos.value[0];
  if (repo === undefined) return made === null || made.repo !== null ? uncovered(seen) : null;
  return judgeGitRepo(seen, repo) ?? judgeCommit(seen, repo, { tip, has });
}

function uncovered({ wanted, contexts }: Observation): Verdict {
  return {
    health: "broken",
    code: "gitrepo-missing",
    what: `no GitRepo of Fleet covers ${folderOf(wanted.database).manifests}`,
    fix: "Create the GitRepo of docs/setup.md, or add environments/*/manifests to the paths of the one for this repository.",
    show: `kubectl --context ${contexts.fleet} get gitrepos.fleet.cattle.io -A`,
  };
}

function judgeGitRepo(seen: Observation, repo: GitRepo): Verdict | null {
  const { name, namespace } = repo.object.metadata;
  const show = `kubectl --context ${seen.contexts.fleet} -n ${namespace} get gitrepos.fleet.cattle.io ${name} -o yaml`;
  const stalled = conditionOf(repo.object, "Stalled");
  if (stalled?.status === "True") {
    const why = stalled.message === "" ? "without a message" : `with: ${shorten(stalled.message, 300)}`;
    return {
      health: "broken",
      code: "gitrepo-stalled",
      what: `Fleet's GitRepo ${name} is stalled ${why}. No database of it is updated, whatever the bundles say`,
      fix: "Mend what the message names, most often one unreadable fleet.yaml or one bundle name twice: seedbed render --check finds both.",
      show,
    };
  }
  if (!repo.paused) return null;
  return {
    health: "waiting",
    code: "gitrepo-paused",
    what: `Fleet's GitRepo ${name} is paused: no database of it is updated`,
    fix: "Ask whoever paused it; spec.paused: false goes on.",
    show,
  };
}

function judgeCommit(
  seen: Observation,
  repo: GitRepo,
  { tip, has }: Pick<FleetObservation, "tip" | "has">,
): Verdict | null {
  // A commit that this clone lacks is newer than the clone: Fleet is ahead of it, not behind.
  if (tip === null || repo.commit === tip || (repo.commit !== "" && !has(repo.commit))) return null;
  const { name, namespace } = repo.object.metadata;
  const at = repo.commit === "" ? "no commit" : repo.commit.slice(0, 12);
  return {
    health: "working",
    code: "gitrepo-behind",
    what: `Fleet's GitRepo ${name} has read ${at}, and ${repo.branch} is at ${tip.slice(0, 12)}`,
    fix: "Wait for its polling interval or webhook. If it stays so, its job cannot read the repository: look at its conditions.",
    show: `kubectl --context ${seen.contexts.fleet} -n ${namespace} describe gitrepos.fleet.cattle.io ${name}`,
  };
}

function judgeBundle(seen: Observation, fleet: FleetObservation): Verdict | null {
  const { bundle } = fleet;
  if (bundle.state === "denied") return null;
  if (bundle.state === "absent") return missingBundle(seen);
  return (
    judgeAge(seen, bundle.value) ??
    judgeTargets(seen, bundle.value) ??
    judgePending(seen) ??
    judgeDeployment(seen, bundle.value)
  );
}

function missingBundle({ wanted, contexts }: Observation): Verdict {
  return {
    health: "broken",
    code: "bundle-missing",
    what: `Fleet has no bundle ${bundleName(wanted.database)}`,
    fix: "Merge the manifests to main. If they are there, the GitRepo's job failed, or its paths leave this folder out.",
    show: `kubectl --context ${contexts.fleet} get bundles.fleet.cattle.io -A`,
  };
}

/** The label moves with every commit, whatever it changed: an old one means that the GitRepo's job left this bundle out. */
function judgeAge(seen: Observation, bundle: Bundle): Verdict | null {
  const { gitRepos } = seen.fleet!;
  const repo = gitRepos.state === "read" ? gitRepos.value.find((one) => isMaker(one, bundle)) : undefined;
  if (repo === undefined || repo.commit === "" || bundle.commit === null || bundle.commit === repo.commit) return null;
  const old: Verdict = {
    health: "broken",
    code: "bundle-old",
    what: `the bundle ${bundle.object.metadata.name} is of ${bundle.commit.slice(0, 12)}, and its GitRepo is at ${repo.commit.slice(0, 12)}`,
    fix: "The GitRepo's job did not finish: look at its log. A minute after a merge this is normal.",
    show: `kubectl --context ${seen.contexts.fleet} -n ${bundle.object.metadata.namespace} get jobs,pods -l fleet.cattle.io/repo-name=${repo.object.metadata.name}`,
  };
  const since = conditionOf(repo.object, "Reconciling")?.since ?? conditionOf(repo.object, "Ready")?.since ?? null;
  return isYoung(since, seen.now) ? notFinal(old) : old;
}

function isMaker(repo: GitRepo, bundle: Bundle): boolean {
  const { name, namespace } = repo.object.metadata;
  return name === bundle.repo && namespace === bundle.object.metadata.namespace;
}

/** Fleet reports Ready for a bundle without targets, so absence would read as success. */
function judgeTargets(seen: Observation, bundle: Bundle): Verdict | null {
  const { deployments } = seen.fleet!;
  if (bundle.targets > 0 || (deployments.state === "read" && deployments.value.length > 0)) return null;
  const none: Verdict = {
    health: "broken",
    code: "no-target",
    what: `Fleet deploys ${bundle.object.metadata.name} nowhere: it has no cluster ${seen.wanted.fleetCluster}`,
    fix: "Correct fleet_cluster of this cluster in .github/seedbed.yml, render again and merge. Fleet itself reports such a bundle as Ready.",
    show: `kubectl --context ${seen.contexts.fleet} -n ${bundle.object.metadata.namespace} get clusters.fleet.cattle.io`,
  };
  return isYoung(bundle.createdAt, seen.now) ? notFinal(none) : none;
}

/** The GitRepos whose paths cover a database's manifests. */
export function findGitRepos(all: readonly GitRepo[], database: string): GitRepo[] {
  const folder = folderOf(database).manifests;
  return all.filter(({ paths }) => paths.length === 0 || paths.some((path) => coversPath(path, folder)));
}
