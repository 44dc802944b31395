import { KINDS } from "../cluster/kinds.ts";
import { readPod, type PodState } from "../cluster/pod-state.ts";
import { bundleName, objectNames } from "../manifests/names.ts";
import type { Cluster, Reading } from "../ports/cluster.ts";
import { SeedbedError } from "../problem/error.ts";

/** The name of the only pod of the StatefulSet. */
export const POD = `${objectNames.database}-0`;

/** The pod of a database. */
export function podPlace(database: string): { namespace: string; name: string } {
  return { namespace: bundleName(database), name: POD };
}

/** The pod; throws where there is none, or it may not be read. */
export async function requirePod(cluster: Cluster, database: string): Promise<PodState> {
  return readPod(require(await cluster.get(KINDS.pod, podPlace(database)), { cluster, database }));
}

interface Asked {
  cluster: Cluster;
  database: string;
}

function require<T>(reading: Reading<T>, { cluster, database }: Asked): T {
  if (reading.state === "read") return reading.value;
  if (reading.state === "denied") throw notReadable(cluster, reading.why);
  throw new SeedbedError(
    "pod-missing",
    `The cluster of context ${cluster.context} has no pod ${POD} in namespace ${bundleName(database)}.`,
    { fix: `See why with: seedbed status ${database}. If it is another cluster, name its context with --context.` },
  );
}

/** What a command cannot do without may not be read. */
export function notReadable(cluster: Cluster, why: string): SeedbedError {
  return new SeedbedError("cluster-not-readable", `This may not be read (context ${cluster.context}): ${why}`, {
    fix: "Have an administrator give this user the verb and the resource that the message names, or use another context.",
  });
}
