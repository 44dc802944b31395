import type { Command } from "commander";
import type { Cluster } from "../ports/cluster.ts";
import { SeedbedError } from "../problem/error.ts";
import { listNames } from "../text/near-names.ts";
import type { Bench } from "./bench.ts";

/** Which clusters a command asks. */
export interface ClusterOptions {
  kubeconfig?: string;
  context?: string;
  fleetContext?: string;
  /** false with --no-fleet. */
  fleet: boolean;
}

/** Adds the options that every command with a cluster has. */
export function addClusterOptions(command: Command): Command {
  return command
    .option("--context <name>", "context of the kubeconfig for the databases' cluster; default: the current one")
    .option("--kubeconfig <file>", "kubeconfig; default: KUBECONFIG, then ~/.kube/config");
}

/** Adds the options of commands that read Fleet as well. */
export function addFleetOptions(command: Command): Command {
  return command
    .option("--fleet-context <name>", "context of Fleet's management cluster (Rancher's local); default: the same")
    .option("--no-fleet", "do not ask Fleet");
}

/** The clusters of a command, to be closed by whoever opened them. */
export interface OpenClusters {
  cluster: Cluster;
  /** null with --no-fleet. */
  fleet: Cluster | null;
}

type Chosen = Pick<ClusterOptions, "kubeconfig" | "context">;

/** The cluster of the databases. Without --context databases of several clusters would all be looked for in one. */
export function openChosen(bench: Bench, options: Chosen, clusters: readonly string[]): Promise<Cluster> {
  const names = [...new Set(clusters)];
  if (options.context === undefined && names.length > 1)
    throw new SeedbedError(
      "several-clusters",
      `These databases are in ${names.length} clusters: ${listNames(names)}.`,
      {
        fix: "Name the cluster's context with --context; databases of the others are left out with --cluster <name>.",
      },
    );
  const { kubeconfig, context } = options;
  return bench.openCluster({
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
  });
}

/** Both clusters; one connection where they are the same. */
export async function openClusters(
  bench: Bench,
  options: ClusterOptions,
  clusters: readonly string[],
): Promise<OpenClusters> {
  const cluster = await openChosen(bench, options, clusters);
  if (!options.fleet) return { cluster, fleet: null };
  if (options.fleetContext === undefined || options.fleetContext === cluster.context)
    return { cluster, fleet: cluster };
  return { cluster, fleet: await openChosen(bench, { ...options, context: options.fleetContext }, []) };
}

/** Never rejects. */
export async function closeClusters({ cluster, fleet }: OpenClusters): Promise<void> {
  await cluster.close();
  await fleet?.close();
}
