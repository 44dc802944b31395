import { SeedbedError } from "../problem/error.ts";
import { findCluster, findProject, requirePlacement } from "../use-cases/find-rancher-project.ts";
import type { Bench } from "./bench.ts";
import type { OpenClusters } from "./cluster-options.ts";
import { readSecret } from "./credentials.ts";
import type { DeployTask } from "./deploy-task.ts";

const TOKEN = "SEEDBED_RANCHER_TOKEN";

interface Options {
  url?: string;
  caFile?: string;
}

/** The database's cluster through Rancher's proxy, once its project was found by name. */
export async function openThroughRancher(
  bench: Bench,
  { url, caFile }: Options,
  task: DeployTask,
): Promise<OpenClusters> {
  if (url === undefined)
    throw new SeedbedError("rancher-url-missing", "--via rancher needs the address of Rancher.", {
      fix: "Add --url https://rancher.example.",
    });
  const token = (await readSecret(TOKEN, bench))?.trim() ?? "";
  if (token === "")
    throw new SeedbedError("rancher-token-missing", `${TOKEN} is not set, or empty.`, {
      fix: "Create an API key in Rancher, and set SEEDBED_RANCHER_TOKEN, or SEEDBED_RANCHER_TOKEN_FILE to a file with it.",
    });
  const ca = caFile === undefined ? {} : { ca: await readAuthorities(bench, caFile) };
  const rancher = bench.openRancher({ url, token, ...ca });
  const found = await findCluster(rancher, task.wanted.fleetCluster);
  const project = await findProject(rancher, found.id, task.project);
  requirePlacement(task.objects, project);
  // Rancher's proxy in front of every cluster's API server (rancher-docs, "Access a Cluster with Kubectl and kubeconfig").
  const at = { name: found.name, url: `${rancher.url}/k8s/clusters/${found.id}`, token, ...ca };
  return { cluster: await bench.openCluster({ at }), fleet: null };
}

function readAuthorities(bench: Bench, path: string): Promise<string> {
  return bench.readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new SeedbedError("ca-file-unreadable", `--ca-file ${path} cannot be read: ${cause.code ?? cause.message}`, {
      fix: "Name a PEM file that this user can read.",
      cause,
    });
  });
}
