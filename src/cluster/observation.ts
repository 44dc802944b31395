import type { LiveObject, Reading } from "../ports/cluster.ts";
import type { Bundle, BundleDeployment, GitRepo } from "./fleet-records.ts";
import type { PendingRelease } from "./helm-release.ts";
import type { LogEvent } from "./log-event.ts";
import type { PodState } from "./pod-state.ts";
import type { VolumeState } from "./volume-state.ts";

/** What git asks for, of one database. */
export interface Wanted {
  database: string;
  /** Generation of the lock; 0 before the first seed. */
  generation: number;
  /** `repository@digest`; null before the first seed, when nothing is to run. */
  image: string | null;
  /** Whether the request asks for no pod. */
  stopped: boolean;
  /** Size of the volume, as a quantity. */
  size: string;
  /** Fleet's name of the cluster. */
  fleetCluster: string;
}

/** Fleet's side, as the management cluster has it. `null` where nobody asked for it. */
export interface FleetObservation {
  /** The GitRepos whose paths cover the database. */
  gitRepos: Reading<GitRepo[]>;
  bundle: Reading<Bundle>;
  deployments: Reading<BundleDeployment[]>;
  /** main's last commit as far as this clone knows it; null where it does not. */
  tip: string | null;
  /** Whether this clone has a commit: one that it lacks is newer than the clone. */
  has(commit: string): boolean;
}

/** The cluster's side. */
export interface WorkloadObservation {
  /** null where there was no need to look. */
  namespace: Reading<LiveObject> | null;
  statefulSet: Reading<LiveObject> | null;
  pod: Reading<PodState>;
  claim: Reading<LiveObject>;
  /** The volume behind the claim; null where there was no need to look. */
  volumeObject: Reading<LiveObject> | null;
  /** Warnings of the namespace, the newest last; null where there was no need to look. */
  warnings: Reading<Warning[]> | null;
  /** The runtime's events of the container that runs, in order; null where there was no need to look. */
  log: Reading<LogEvent[]> | null;
  /** The database's Helm release where it is pending, absent where none is; null where there was no need to look. */
  release: Reading<PendingRelease> | null;
  /** What the running container tells of its volume; null where nobody asked it. */
  volume: Reading<VolumeState> | null;
}

/** A warning of `kubectl get events`. */
export interface Warning {
  /** `Pod`, `StatefulSet`, `PersistentVolumeClaim`. */
  kind: string;
  name: string;
  reason: string;
  message: string;
}

/** Everything that was read of one database, at one time. */
export interface Observation {
  wanted: Wanted;
  fleet: FleetObservation | null;
  workload: WorkloadObservation;
  /** For commands that are shown. */
  contexts: { cluster: string; fleet: string };
  /** Milliseconds since the epoch. */
  now: number;
}
