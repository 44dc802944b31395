import { textAt } from "../../cluster/fields.ts";
import { folderOf } from "../../layout/database-folder.ts";
import { bundleName } from "../../manifests/names.ts";
import { SeedbedError } from "../../problem/error.ts";
import { isDatabaseName } from "../../layout/database-name.ts";
import { alignColumns } from "../../text/columns.ts";
import {
  deleteRemains,
  findRemains,
  waitForBundle,
  waitForRelease,
  type Remains,
  type RetireTask,
} from "../../use-cases/retire-database.ts";
import type { AddCommand } from "../add-command.ts";
import type { Bench } from "../bench.ts";
import {
  addClusterOptions,
  addFleetOptions,
  closeClusters,
  openClusters,
  type ClusterOptions,
} from "../cluster-options.ts";
import { requireConfirmation } from "../confirm.ts";
import { openCommitted } from "../wanted.ts";
import { listDatabases } from "../../use-cases/load.ts";

interface Options extends ClusterOptions {
  yes?: string;
}

const AFTER_HELP = `
The folder of the database has to be removed from main first, and Fleet's bundle has to be gone: what is deleted before comes back with an
empty volume. A database that seedbed deploy --via apply made has no bundle, and may be retired while its request is there.`;

/** `seedbed retire <db>`: deletes what stays in the cluster when a request is removed, which is the data. */
export const addRetire: AddCommand = (program, bench, finish) => {
  const command = program
    .command("retire")
    .description("delete the namespace and the volume of a database whose request was removed")
    .argument("<database>", "name that its folder in environments/ had")
    .option("--yes <database>", "confirm without a question, by the database's name")
    .addHelpText("after", AFTER_HELP);
  addFleetOptions(addClusterOptions(command)).action(async (database: string, options: Options) => {
    if (!isDatabaseName(database))
      throw new SeedbedError("database-name", `${JSON.stringify(database)} is no name of a database.`, {
        fix: "Give the name that its folder in environments/ had.",
      });
    const isRequested = (await listDatabases(await openCommitted(await bench.checkout()))).includes(database);
    const clusters = await openClusters(bench, options, []);
    const task = { ...clusters, database, clock: bench.clock, signal: bench.signal, tell: teller(bench, database) };
    try {
      await retire(bench, task, { isRequested, yes: options.yes });
    } finally {
      await closeClusters(clusters);
    }
    finish(0);
  });
};

function teller(bench: Bench, database: string): (text: string) => void {
  return (text) => bench.out(`${database}: ${text}\n`);
}

interface Asked {
  isRequested: boolean;
  yes: string | undefined;
}

async function retire(bench: Bench, task: RetireTask, { isRequested, yes }: Asked): Promise<void> {
  const { database, cluster } = task;
  const remains = await findRemains(cluster, database);
  if (remains.namespace === null) {
    bench.out(`${database}: the cluster of context ${cluster.context} has no namespace ${bundleName(database)}.\n`);
    return;
  }
  if (isRequested && !remains.isOurs) throw stillRequested(database);
  bench.out(describe(remains, task));
  await requireConfirmation(bench, { question: `This deletes all data of ${database} for good.`, word: database, yes });
  if (!remains.isOurs) {
    await waitForBundle(task);
    await waitForRelease(task);
  }
  await deleteRemains(task, remains);
  if (isRetained(remains))
    task.tell(
      `PersistentVolume/${remains.volume!.metadata.name} is kept by its reclaim policy: delete it where it is stored`,
    );
}

function stillRequested(database: string): SeedbedError {
  return new SeedbedError("still-requested", `The last commit still has ${folderOf(database).request}.`, {
    fix: "Remove the folder in a pull request first: Fleet would bring everything back, with an empty volume.",
  });
}

function describe({ namespace, claim, volume }: Remains, { cluster }: RetireTask): string {
  const size =
    textAt(claim, "status", "capacity", "storage") ?? textAt(claim, "spec", "resources", "requests", "storage");
  const rows = [
    ["cluster", `${cluster.server} (context ${cluster.context})`],
    ["namespace", `${namespace!.metadata.name}, since ${namespace!.metadata.creationTimestamp}`],
    [
      "volume",
      claim === null ? "none" : `${claim.metadata.name}, ${size}${volume === null ? "" : `, ${volume.metadata.name}`}`,
    ],
    ["backups", claim === null ? "none" : "on this volume: they go with it"],
  ];
  return alignColumns(rows)
    .map((line) => `${line}\n`)
    .join("");
}

function isRetained({ volume }: Remains): boolean {
  return textAt(volume, "spec", "persistentVolumeReclaimPolicy") === "Retain";
}
