import type { KubernetesObject } from "../manifests/manifest-input.ts";
import type { Rancher, RancherRecord } from "../ports/rancher.ts";
import { SeedbedError } from "../problem/error.ts";
import { listNames, suggestName } from "../text/near-names.ts";

/** The annotation by which Rancher places a namespace in a project (rancher-docs, "Projects workflow"). */
const PROJECT = "field.cattle.io/projectId";

/** The one cluster of a name; throws for none, or several. */
export async function findCluster(rancher: Rancher, name: string): Promise<RancherRecord> {
  // The filter of the query is Rancher's; an older one that ignores it must not choose for us.
  const found = (await rancher.findClusters(name)).filter((one) => one.name === name);
  const [first, second] = found;
  if (first === undefined)
    throw new SeedbedError(
      "rancher-cluster-unknown",
      `Rancher at ${rancher.url} shows no cluster ${name} to this token.`,
      {
        fix: "Correct fleet_cluster in .github/seedbed.yml, or use a token that may see the cluster.",
      },
    );
  if (second !== undefined)
    throw new SeedbedError("rancher-cluster-ambiguous", `Rancher has several clusters ${name}: ${listIds(found)}.`, {
      fix: "Rename one of them in Rancher: a name has to say which.",
    });
  return first;
}

/** The one project of a name in a cluster; throws for none, or several: Rancher allows two of one name. */
export async function findProject(rancher: Rancher, clusterId: string, name: string): Promise<RancherRecord> {
  const all = await rancher.listProjects(clusterId);
  const found = all.filter((one) => one.name === name);
  const [first, second] = found;
  const names = all.map((one) => one.name);
  if (first === undefined)
    throw new SeedbedError(
      "rancher-project-unknown",
      `The cluster ${clusterId} has no project ${name}; it has ${listNames(names)}.`,
      {
        fix: suggestName(name, names, "Create the project in Rancher, or correct placement.project."),
      },
    );
  if (second !== undefined)
    throw new SeedbedError(
      "rancher-project-ambiguous",
      `The cluster ${clusterId} has several projects ${name}: ${listIds(found)}.`,
      {
        fix: "Rename one of them in Rancher: a name has to say which.",
      },
    );
  return first;
}

/** The manifests place the namespace by the settings' id, which Fleet would set back to. */
export function requirePlacement(objects: readonly KubernetesObject[], project: RancherRecord): void {
  const placed = objects.find(({ kind }) => kind === "Namespace")?.metadata.annotations?.[PROJECT];
  if (placed === project.id) return;
  throw new SeedbedError(
    "project-differs",
    `Project ${project.name} is ${project.id} in Rancher, and the manifests have ${placed}.`,
    {
      fix: "Correct the project's id in .github/seedbed.yml, render again and commit. Nothing was changed.",
    },
  );
}

function listIds(records: readonly RancherRecord[]): string {
  return listNames(records.map(({ id }) => id));
}
