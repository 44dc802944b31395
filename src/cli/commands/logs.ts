import { objectNames } from "../../manifests/names.ts";
import { SeedbedError } from "../../problem/error.ts";
import { notReadable, podPlace, requirePod } from "../../use-cases/find-pod.ts";
import type { AddCommand } from "../add-command.ts";
import type { Bench } from "../bench.ts";
import { addClusterOptions, openChosen } from "../cluster-options.ts";
import { requireDatabase } from "../wanted.ts";

interface Options {
  kubeconfig?: string;
  context?: string;
  follow?: boolean;
  previous?: boolean;
  tail?: string;
}

/** `seedbed logs <db>`: the container's own lines. */
export const addLogs: AddCommand = (program, bench, finish) => {
  const command = program
    .command("logs")
    .description("print the log of a database's container")
    .argument("<database>", "database name (folder in environments/)")
    .option("-f, --follow", "go on until the container ends or Ctrl-C")
    .option("-p, --previous", "of the container that ran before the current one")
    .option("--tail <lines>", "only so many of the last lines");
  addClusterOptions(command).action(async (database: string, options: Options) => {
    await requireDatabase(await bench.checkout(), database);
    const tail = readTail(options.tail);
    const cluster = await openChosen(bench, options, []);
    try {
      await requirePod(cluster, database);
      const log = await cluster.log(podPlace(database), {
        container: objectNames.database,
        follow: options.follow === true,
        previous: options.previous === true,
        ...(tail === null ? {} : { tailLines: tail }),
      });
      if (log.state === "denied") throw notReadable(cluster, log.why);
      if (log.state === "absent") throw noLog(database, options.previous === true);
      await print(bench, log.value);
    } finally {
      await cluster.close();
    }
    finish(0);
  });
};

function readTail(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new SeedbedError("number-invalid", `--tail is ${JSON.stringify(text)}, and has to be a number of lines.`, {
    fix: "Write for example --tail 200.",
  });
}

/** Ctrl-C is how one stops reading. */
async function print(bench: Bench, lines: AsyncIterable<string>): Promise<void> {
  try {
    for await (const line of lines) bench.out(`${line}\n`);
  } catch (error) {
    if (!bench.signal.aborted) throw error;
  }
}

function noLog(database: string, previous: boolean): SeedbedError {
  const which = previous ? "No container of this pod has ended" : "The container has not started";
  return new SeedbedError("log-missing", `${which}, so there is no log.`, {
    fix: previous ? "Leave --previous out." : `See why with: seedbed status ${database}`,
  });
}
