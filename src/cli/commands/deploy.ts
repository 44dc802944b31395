import { Option } from "commander";
import { folderOf } from "../../layout/database-folder.ts";
import { SeedbedError } from "../../problem/error.ts";
import { applyPrepared } from "../../use-cases/apply-objects.ts";
import { followDatabase } from "../../use-cases/follow-database.ts";
import { writePullSecret } from "../../use-cases/pull-secret.ts";
import { prepareApply, type ApplyTask } from "../../use-cases/prepare-apply.ts";
import { refusePendingRelease } from "../../use-cases/refuse-pending-release.ts";
import { readManifestFiles, renderDatabase } from "../../use-cases/render.ts";
import { locateObjects, readWantedObjects } from "../../use-cases/wanted-objects.ts";
import type { AddCommand } from "../add-command.ts";
import type { Bench, ExitCode } from "../bench.ts";
import {
  addClusterOptions,
  closeClusters,
  openClusters,
  type ClusterOptions,
  type OpenClusters,
} from "../cluster-options.ts";
import { announcePullSecret, deployPullSecret, openPullTask } from "../pull-login.ts";
import { requireConfirmation } from "../confirm.ts";
import { loadSound } from "../loaded.ts";
import { openThroughRancher } from "../open-through-rancher.ts";
import { showChanges } from "../show-changes.ts";
import { openCommitted, wantedOf } from "../wanted.ts";
import { deployBundle } from "./deploy-bundle.ts";
import type { DeployTask } from "../deploy-task.ts";

interface Options extends Omit<ClusterOptions, "fleet"> {
  via: "apply" | "fleet" | "rancher";
  url?: string;
  caFile?: string;
  dryRun?: boolean;
  yes?: string;
  forceConflicts?: boolean;
  wait: boolean;
  pullLogin?: boolean;
  pullLoginOnly?: boolean;
  fleetNamespace: string;
}

const AFTER_HELP = `
apply: server-side apply as field manager seedbed; what Fleet, Helm or another manager owns is refused.
fleet: creates or updates the bundle in Fleet's management cluster, as Fleet's own command line does; a GitRepo that finds the same
folder takes it over.
rancher: as apply, without a kubeconfig, through Rancher at --url. The token is read from SEEDBED_RANCHER_TOKEN or the file in
SEEDBED_RANCHER_TOKEN_FILE; cluster and project are looked up by their names, and the namespace is placed in that project. Only what is committed is deployed, and the manifests have to be what the request renders to.
--pull-login takes the login from config.json in DOCKER_CONFIG, else ~/.docker, or the credential helper that it names, and of it this one
registry alone. Whoever may read Secrets of the namespace has it then: best is an account that may pull and nothing else.`;

/** `seedbed deploy <db>`: the committed manifests to a cluster, without a pull request's way through main. */
export const addDeploy: AddCommand = (program, bench, finish) => {
  const command = program
    .command("deploy")
    .description("deploy a database's committed manifests to a cluster and follow it until it is open")
    .argument("<database>", "database name (folder in environments/)")
    .addOption(new Option("--via <way>", "how").choices(["apply", "fleet", "rancher"]).default("apply"))
    .option("--url <address>", "with --via rancher: address of Rancher")
    .option(
      "--ca-file <file>",
      "with --via rancher: PEM of the authorities that Rancher is verified by; default: this machine's",
    )
    .option("--fleet-context <name>", "context of Fleet's management cluster; default: the same")
    .option("--fleet-namespace <name>", "Fleet's workspace for the bundle", "fleet-default")
    .option("--dry-run", "only show what the cluster says would change")
    .option("--force-conflicts", "take over fields that others set by hand")
    .option("--yes <database>", "confirm a restart without a question")
    .option("--pull-login", "also put this user's Docker login for the seeds' registry into the settings' pull Secret")
    .option("--pull-login-only", "put it there, and deploy nothing else")
    .option("--no-wait", "do not wait until the database is open")
    .addHelpText("after", AFTER_HELP);
  addClusterOptions(command).action(async (database: string, options: Options) => {
    const task = await loadTask(bench, database);
    const clusters =
      options.via === "rancher"
        ? await openThroughRancher(bench, options, task)
        : await openClusters(bench, { ...options, fleet: options.via === "fleet" }, [task.cluster]);
    try {
      finish(await chooseWay(options)({ bench, options, task, clusters }));
    } finally {
      await closeClusters(clusters);
    }
  });
};

async function loadTask(bench: Bench, database: string): Promise<DeployTask> {
  const checkout = await bench.checkout();
  const tree = await openCommitted(checkout);
  const { databases, settings } = await loadSound(bench, tree, { databases: [database] });
  const [one] = databases;
  if (one === undefined)
    throw new SeedbedError("database-retired", `The request of ${database} was removed.`, {
      fix: `Restore ${folderOf(database).request}, or end it in the cluster with: seedbed retire ${database}`,
    });
  const files = renderDatabase({ ...one, settings });
  const objects = readWantedObjects(await readManifestFiles(tree, database), files);
  const { registries } = settings;
  return { database, files, objects, registries, wanted: wantedOf(one, settings), ...one.request.placement };
}

interface Deployment {
  bench: Bench;
  options: Options;
  task: DeployTask;
  clusters: OpenClusters;
}

function chooseWay({ via, pullLogin, pullLoginOnly }: Options): (deployment: Deployment) => Promise<ExitCode> {
  if (pullLoginOnly === true) return viaLogin;
  if (via !== "fleet") return viaApply;
  if (pullLogin !== true) return viaFleet;
  throw new SeedbedError("pull-login-too-early", "The namespace for the login is Fleet's to make.", {
    fix: "Deploy with --via fleet --no-wait, and then: seedbed deploy <db> --pull-login-only. Nothing was changed.",
  });
}

async function viaLogin({ bench, options, task, clusters: { cluster } }: Deployment): Promise<ExitCode> {
  return deployPullSecret(bench, await openPullTask(bench, task, cluster), options.dryRun === true);
}

async function viaApply({ bench, options, task, clusters }: Deployment): Promise<ExitCode> {
  const { cluster } = clusters;
  const pull = options.pullLogin === true ? await openPullTask(bench, task, cluster) : null;
  const objects = await locateObjects(cluster, task.objects);
  const applying: ApplyTask = { cluster, database: task.database, objects, force: options.forceConflicts === true };
  const unknown = await refusePendingRelease({ ...applying, clock: bench.clock });
  const prepared = await prepareApply(applying);
  bench.out(`${task.database} on ${cluster.server} (context ${cluster.context}), by server-side apply:\n`);
  bench.out(showChanges(prepared.changes, bench.width));
  if (pull !== null) await announcePullSecret(bench, pull);
  if (prepared.unchecked.length > 0)
    bench.out("The namespace is new: the cluster checks the other objects as soon as it is there.\n");
  if (prepared.unchecked.length > 0 && unknown !== null)
    bench.err(`Whether Helm is about to deploy the same is unknown: ${unknown}\n`);
  if (options.dryRun === true) return 0;
  if (prepared.changes.some(({ restart }) => restart))
    await requireConfirmation(bench, {
      question: `This restarts ${task.database}.`,
      word: task.database,
      yes: options.yes,
    });
  await applyPrepared(applying, prepared, async () => {
    if (pull !== null) await writePullSecret(pull, { dryRun: false });
  });
  return options.wait ? follow({ bench, options, task, clusters: { cluster, fleet: null } }) : 0;
}

async function viaFleet(deployment: Deployment): Promise<ExitCode> {
  const { bench, options, task, clusters } = deployment;
  const changed = await deployBundle(bench, task, {
    fleet: clusters.fleet!,
    namespace: options.fleetNamespace,
    dryRun: options.dryRun === true,
    force: options.forceConflicts === true,
  });
  return changed === "dry" || !options.wait ? 0 : follow(deployment);
}

async function follow({ bench, task, clusters }: Deployment): Promise<ExitCode> {
  const last = await followDatabase({
    wanted: task.wanted,
    ...clusters,
    clock: bench.clock,
    signal: bench.signal,
    tell: ({ what }) => bench.out(`${task.database}: ${what}\n`),
  });
  if (last.fix !== "" && last.health !== "open") bench.out(`  = fix: ${last.fix}\n`);
  if (last.show !== "" && last.health === "broken") bench.out(`  = more: ${last.show}\n`);
  return last.health === "broken" ? 1 : 0;
}
