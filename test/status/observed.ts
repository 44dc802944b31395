import { readBundle, readBundleDeployment, readGitRepo } from "../../src/cluster/fleet-records.ts";
import { readLogEvents } from "../../src/cluster/log-event.ts";
import type { FleetObservation, Observation, WorkloadObservation } from "../../src/cluster/observation.ts";
import { readPod } from "../../src/cluster/pod-state.ts";
import type { LiveObject, Reading } from "../../src/ports/cluster.ts";
import { claim, IMAGE, NOW, pod } from "./pod-shapes.ts";
import { bundle, deployment, EARLIER, gitRepo, TIP } from "./shapes.ts";

export const read = <T>(value: T): Reading<T> => ({ state: "read", value });
export const absent = { state: "absent" } as const;
export const denied = { state: "denied", why: 'bundles.fleet.cattle.io is forbidden: User "ada" cannot list' } as const;

/** Lines of a container's log as its events. */
export function log(...lines: string[]): WorkloadObservation["log"] {
  return read(readLogEvents(lines.join("\n")));
}

interface Parts {
  image: string | null;
  stopped: boolean;
  gitRepos: FleetObservation["gitRepos"];
  bundle: Reading<LiveObject>;
  deployments: Reading<LiveObject[]>;
  pod: Reading<LiveObject>;
  fleet: FleetObservation | null;
  workload: Partial<WorkloadObservation>;
}

/** A database that is open, but for the given parts. */
export function observe(parts: Partial<Parts> = {}): Observation {
  const gitRepos = parts.gitRepos ?? read([readGitRepo(gitRepo())]);
  const fleet: FleetObservation = {
    gitRepos,
    bundle: mapRead(parts.bundle ?? read(bundle()), readBundle),
    deployments: mapRead(parts.deployments ?? read([deployment()]), (all) => all.map(readBundleDeployment)),
    tip: TIP,
    has: (commit) => commit === TIP || commit === EARLIER,
  };
  return {
    wanted: {
      database: "hr",
      generation: 3,
      image: parts.image === undefined ? IMAGE : parts.image,
      stopped: parts.stopped ?? false,
      size: "20Gi",
      fleetCluster: "rke-test",
    },
    fleet: parts.fleet === undefined ? fleet : parts.fleet,
    workload: {
      namespace: null,
      statefulSet: null,
      volumeObject: null,
      pod: mapRead(parts.pod ?? read(pod()), readPod),
      claim: read(claim()),
      warnings: null,
      log: null,
      release: null,
      volume: null,
      ...parts.workload,
    },
    contexts: { cluster: "dev", fleet: "rancher" },
    now: NOW,
  };
}

function mapRead<From, To>(reading: Reading<From>, convert: (value: From) => To): Reading<To> {
  return reading.state === "read" ? read(convert(reading.value)) : reading;
}
