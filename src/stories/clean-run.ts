import type { StepOutput } from "../action/action-ports.ts";
import type { Digest } from "../digests/digest.ts";
import type { Pass } from "../door/door-facts.ts";
import { cleanUpExport } from "../export/clean-up-export.ts";
import { findEarlierExports } from "../export/earlier-exports.ts";
import { inputsPrefix } from "../export/plan-export.ts";
import type { EarlierExport } from "../export/source-report.ts";
import { readDirectories } from "../export/statements/account.ts";
import { openSource } from "./open-source.ts";
import type { SeedOrder, SeedPorts, SourceAccess } from "./seed-order.ts";

/** What the last step of a job must know to clean up after a main that was killed. No secret is among it. */
export interface RunTraces {
  run: string;
  database: string;
  seedInputs: Digest;
  source: SourceAccess;
}

const STATE = "traces";

/** Writes down what may be left on the source before anything is, and takes it back when nothing is. */
export function rememberForCleanUp({ run, pass }: { run: string; pass: Pass }, output: Pick<StepOutput, "save">) {
  return {
    remember: (order: SeedOrder) => {
      if (order.previous !== undefined) return;
      const traces: RunTraces = {
        run,
        database: pass.database,
        seedInputs: order.digests.seed_inputs,
        source: order.source,
      };
      output.save(STATE, JSON.stringify(traces));
    },
    forget: () => output.save(STATE, ""),
  };
}

/** The traces that main wrote down; null when it left nothing. */
export function readTraces(environment: Record<string, string | undefined>): RunTraces | null {
  const text = environment[`STATE_${STATE}`] ?? "";
  return text === "" ? null : (JSON.parse(text) as RunTraces);
}

/** Removes jobs and files of exactly this run. Returns what stayed. */
export async function cleanRun(traces: RunTraces, ports: SeedPorts): Promise<string[]> {
  const source = await openSource(traces, ports);
  try {
    const rows = await source.database.query(readDirectories, {});
    const name = traces.source.directory;
    const path = rows.find((row) => row["DIRECTORY_NAME"] === name)?.["DIRECTORY_PATH"];
    if (typeof path !== "string") return [];
    const directory = { name, path };
    const found = (await findEarlierExports(source, path)).filter((one) => isOfRun(one, traces));
    const done = [];
    for (const { prefix } of found)
      done.push(await cleanUpExport({ prefix, directory }, { ...source, clock: ports.clock }));
    for (const what of done.flatMap(({ removed }) => removed)) ports.log.info(`removed ${what}`);
    for (const reason of done.flatMap(({ reasons }) => reasons)) ports.log.warn(reason);
    return done.flatMap(({ left }) => left);
  } finally {
    await source.close();
  }
}

/** Killed before its first log entry an export says nothing of its run; then nobody else may hold it. */
function isOfRun({ prefix, description, jobs }: EarlierExport, { run, database, seedInputs }: RunTraces): boolean {
  if (!prefix.startsWith(inputsPrefix(seedInputs))) return false;
  if (description === null) return jobs.every((job) => job.sessions === 0);
  return description.run === run && description.database === database;
}
