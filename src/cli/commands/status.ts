import type { Cluster } from "../../ports/cluster.ts";
import { SeedbedError } from "../../problem/error.ts";
import { renderJson } from "../../text/json.ts";
import { listNames } from "../../text/near-names.ts";
import { readStatus, type DatabaseStatus } from "../../use-cases/status.ts";
import type { KnownCommits } from "../../use-cases/observe-database.ts";
import type { AddCommand } from "../add-command.ts";
import type { Bench, Checkout, ExitCode } from "../bench.ts";
import {
  addClusterOptions,
  addFleetOptions,
  closeClusters,
  openClusters,
  type ClusterOptions,
  type OpenClusters,
} from "../cluster-options.ts";
import { showDatabase, showTable } from "../show-status.ts";
import { loadWanted, type Placed } from "../wanted.ts";

interface Options extends ClusterOptions {
  cluster?: string;
  watch?: boolean;
  json?: boolean;
  /** false with --no-exec. */
  exec: boolean;
}

const AFTER_HELP = `
Exit codes: 0 every database is open, 1 one is not, or nobody may tell, 2 could not run.
Rights that it uses: list for pods and persistentvolumeclaims; for one database also get for its namespace, statefulset and
pods/log, list for events, and get for the persistentvolume of one that no node reaches; in Fleet's cluster list for gitrepos,
bundles and bundledeployments. Where one is not open also list for secrets in seedbed-system, of which names and labels alone are
asked: Helm's releases. No Secret is read.
For a database that is named alone, one command in its container reads how full the volume is, the finished phases and the names of the
backups (get and create for pods/exec); --no-exec and --watch leave it out.`;

/** `seedbed status [db…]`: how the databases are, and what is in the way of those that are not open. */
export const addStatus: AddCommand = (program, bench, finish) => {
  const command = program
    .command("status")
    .description("show how databases are in their cluster, what is stuck, and what to do about it")
    .argument("[databases...]", "database names (folders in environments/); default: all")
    .option("--cluster <name>", "only databases of this cluster of the settings")
    .option("--no-exec", "run no command in the container: volume use and backups of the volume stay unknown")
    .option("--watch", "print every change until Ctrl-C")
    .option("--json", "print the status as JSON")
    .addHelpText("after", AFTER_HELP);
  addFleetOptions(addClusterOptions(command)).action(async (databases: string[], options: Options) => {
    const checkout = await bench.checkout();
    const placed = chooseCluster(await loadWanted(bench, checkout, databases), options.cluster);
    const clusters = await openClusters(
      bench,
      options,
      placed.map(({ cluster }) => cluster),
    );
    try {
      const inside = databases.length === 1 && options.exec && options.watch !== true;
      const ask = () => askAll({ bench, checkout, placed, inside }, clusters);
      finish(options.watch === true ? await watch(bench, ask, options) : report(bench, await ask(), options));
    } finally {
      await closeClusters(clusters);
    }
  });
};

function chooseCluster(placed: readonly Placed[], name: string | undefined): Placed[] {
  const names = [...new Set(placed.map(({ cluster }) => cluster))];
  if (name !== undefined && !names.includes(name))
    throw new SeedbedError("cluster-without-databases", `No database of these is in cluster ${name}.`, {
      fix: `They are in ${listNames(names)}.`,
    });
  return placed.filter(({ cluster }) => name === undefined || cluster === name);
}

interface Asked {
  bench: Bench;
  checkout: Checkout;
  placed: readonly Placed[];
  inside: boolean;
}

function askAll({ bench, checkout, placed, inside }: Asked, clusters: OpenClusters): Promise<DatabaseStatus[]> {
  return readStatus({
    wanted: placed.map(({ wanted }) => wanted),
    ...(clusters satisfies { cluster: Cluster }),
    clock: bench.clock,
    inside,
    knownCommits: (branch, commits) => knowCommits(checkout, branch, commits),
  });
}

async function knowCommits(checkout: Checkout, branch: string, commits: readonly string[]): Promise<KnownCommits> {
  const tip = await checkout.tipOf(branch);
  const known = new Set<string>();
  for (const commit of new Set(commits)) if (commit !== "" && (await checkout.has(commit))) known.add(commit);
  return { tip, has: (commit) => known.has(commit) };
}

function report(bench: Bench, all: readonly DatabaseStatus[], { json }: Options): ExitCode {
  const [only] = all;
  if (json === true) bench.out(renderJson({ version: 1, databases: all }));
  else if (only === undefined) bench.out("There is no request yet.\n");
  else bench.out({ painted: all.length === 1 ? showDatabase(only, bench) : showTable(all, bench) });
  return all.every(({ health }) => health === "open" || health === "stopped") ? 0 : 1;
}

const INTERVAL = 3000;

/** Prints again whenever something is different; Ctrl-C ends it with the code of what was last. */
async function watch(bench: Bench, ask: () => Promise<DatabaseStatus[]>, options: Options): Promise<ExitCode> {
  const shown: { text: string; code: ExitCode } = { text: "", code: 2 };
  const look = async (): Promise<void> => {
    const all = await ask();
    const text = JSON.stringify(all);
    if (text !== shown.text) Object.assign(shown, { text, code: report(bench, all, options) });
    await bench.clock.sleep(INTERVAL, bench.signal);
  };
  try {
    while (!bench.signal.aborted) await look();
  } catch (error) {
    if (!bench.signal.aborted) throw error;
  }
  return shown.code;
}
