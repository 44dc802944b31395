import pLimit from "p-limit";
import { textAt } from "../cluster/fields.ts";
import type { PendingRelease } from "../cluster/helm-release.ts";
import type { Observation, Wanted, WorkloadObservation } from "../cluster/observation.ts";
import { judgeStatus } from "../cluster/judge-status.ts";
import { describeVolume } from "../cluster/judge-workload.ts";
import { followEvents, type Progress } from "../cluster/progress.ts";
import type { Verdict } from "../cluster/verdict.ts";
import type { VolumeState } from "../cluster/volume-state.ts";
import { bundleName } from "../manifests/names.ts";
import type { Clock } from "../ports/clock.ts";
import type { Cluster, Reading } from "../ports/cluster.ts";
import { listFleet, listPendingReleases, listWorkloads, pick, type WorkloadLists } from "./cluster-lists.ts";
import { observeClosely, observeFleet, observeListed, readVolume, type KnownCommits } from "./observe-database.ts";

/** How one database is: the verdict, and the figures beside it. */
export interface DatabaseStatus extends Verdict {
  database: string;
  /** Of the lock. */
  generation: number;
  image: { wanted: string | null; live: string | null };
  pod: { name: string; phase: string; ready: boolean; restarts: number; node: string | null } | null;
  /** null where the container's log was not read. */
  progress: Pick<Progress, "phase" | "percent" | "text"> | null;
  /** How the container failed last, also where it runs again. */
  lastError: { code: string; text: string; fix: string } | null;
  /** Quantities. */
  volume: { asked: string; size: string | null; note: string | null } | null;
  /** Of the container's last lines. */
  backup: Progress["lastBackup"];
  /** Its Helm release where that is pending, absent where none is; null where nobody looked. */
  release: Reading<PendingRelease> | null;
  /** What the container itself tells of its volume, and why where it does not; null where it was not asked. */
  inside: Reading<VolumeState> | null;
}

export interface StatusQuestion {
  wanted: readonly Wanted[];
  cluster: Cluster;
  /** The management cluster; null to judge the pods alone. */
  fleet: Cluster | null;
  /** What the clone knows of the branch that a GitRepo follows. */
  knownCommits(branch: string, commits: readonly string[]): Promise<KnownCommits>;
  clock: Clock;
  /** Whether the container of a single database is asked about its volume, by a command that runs in it; false if left out. */
  inside?: boolean;
}

/** Databases that are not open are looked at more closely, up to so many: each costs four calls. */
const CLOSELY = 20;

/** The status of databases of one cluster, in the order asked: five list calls, and more only where some are not open. */
export async function readStatus(question: StatusQuestion): Promise<DatabaseStatus[]> {
  const { wanted, cluster, fleet, clock } = question;
  const only = wanted.length === 1 ? wanted[0]!.database : undefined;
  const [workloads, fleets] = await Promise.all([listWorkloads(cluster, only), fleet && listFleet(fleet)]);
  const listed = await listOneByOne(question, workloads);
  const repos = fleets?.gitRepos.state === "read" ? fleets.gitRepos.value : [];
  const known = await question.knownCommits(
    repos[0]?.branch ?? "main",
    repos.map(({ commit }) => commit),
  );
  const seen = wanted.map((one): Observation => ({
    wanted: one,
    fleet: fleets && observeFleet(fleets, one, known),
    workload: observeListed(listed.get(one.database) ?? workloads, one.database),
    contexts: { cluster: cluster.context, fleet: fleet?.context ?? cluster.context },
    now: clock.now(),
  }));
  return (await lookCloser(question, seen)).map(toStatus);
}

/** Who may not list all namespaces may still list some: each is asked for itself, where there are few. */
async function listOneByOne(
  { wanted, cluster }: StatusQuestion,
  all: WorkloadLists,
): Promise<ReadonlyMap<string, WorkloadLists>> {
  if (all.pods.state !== "denied" || wanted.length === 1 || wanted.length > CLOSELY) return new Map();
  const limit = pLimit(8);
  const lists = wanted.map(({ database }) =>
    limit(async (): Promise<[string, WorkloadLists]> => [database, await listWorkloads(cluster, database)]),
  );
  return new Map(await Promise.all(lists));
}

async function lookCloser(
  { cluster, inside = false }: StatusQuestion,
  seen: readonly Observation[],
): Promise<Observation[]> {
  const isSingle = seen.length === 1;
  const unclear = seen.filter((one) => isSingle || judgeStatus(one).health !== "open").slice(0, CLOSELY);
  if (unclear.length === 0) return [...seen];
  const releases = await listPendingReleases(cluster, isSingle ? seen[0]!.wanted.database : undefined);
  const limit = pLimit(8);
  const closer = new Map(
    await Promise.all(
      unclear.map((one) =>
        limit(async (): Promise<[Observation, WorkloadObservation]> => {
          const [closer, volume] = await Promise.all([
            observeClosely(cluster, one.wanted.database, one.workload),
            inside && isSingle ? readVolume(cluster, one.workload) : null,
          ]);
          return [one, { ...closer, volume, release: pick(releases, bundleName(one.wanted.database)) }];
        }),
      ),
    ),
  );
  return seen.map((one) => ({ ...one, workload: closer.get(one) ?? one.workload }));
}

function toStatus(seen: Observation): DatabaseStatus {
  const { wanted, workload } = seen;
  const pod = workload.pod.state === "read" ? workload.pod.value : null;
  const progress = workload.log?.state === "read" ? followEvents(workload.log.value) : null;
  const recorded = workload.volume?.state === "read" ? workload.volume.value.failure : null;
  const failure = progress?.failure ?? pod?.lastEnd?.failure ?? recorded;
  return {
    database: wanted.database,
    ...judgeStatus(seen),
    generation: wanted.generation,
    image: { wanted: wanted.image, live: pod?.image ?? null },
    pod: pod && {
      name: pod.object.metadata.name,
      phase: pod.phase,
      ready: pod.ready,
      restarts: pod.restarts,
      node: pod.node,
    },
    progress: progress && { phase: progress.phase, percent: progress.percent, text: progress.text },
    lastError: failure && { code: failure.code ?? "", text: failure.text ?? "", fix: failure.fix ?? "" },
    volume: describeClaim(seen),
    backup: progress?.lastBackup ?? null,
    release: workload.release,
    inside: workload.volume,
  };
}

function describeClaim(seen: Observation): DatabaseStatus["volume"] {
  const { claim } = seen.workload;
  if (claim.state !== "read") return null;
  return {
    asked: textAt(claim.value, "spec", "resources", "requests", "storage") ?? "",
    size: textAt(claim.value, "status", "capacity", "storage") ?? null,
    note: describeVolume(seen),
  };
}
