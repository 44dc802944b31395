import { systemClock } from "../../../src/adapters/process/clock.ts";
import { openCluster } from "../../../src/adapters/kubernetes/open-cluster.ts";
import type { Bench } from "../../../src/cli/bench.ts";
import { startRepository, type TestRepository } from "../../cli/repository.ts";
import type { ControlPlane } from "../control-plane.ts";

/** A repository whose command line asks a real control plane. */
export interface ClusterRepository extends TestRepository {
  /** Runs a command with the control plane's kubeconfig in KUBECONFIG. */
  run(...args: string[]): Promise<{ code: number; out: string; err: string }>;
}

export async function startClusterRepository(
  plane: ControlPlane,
  parts: Partial<Bench> = {},
): Promise<ClusterRepository> {
  const environment = { KUBECONFIG: plane.kubeconfig };
  const signal = new AbortController().signal;
  return startRepository({
    environment,
    clock: systemClock,
    signal,
    openCluster: (choice) => openCluster(choice, { environment, clock: systemClock, signal }),
    ...parts,
  } satisfies Partial<Bench>);
}
