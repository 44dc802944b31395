import type { StepOutput } from "../ports/step-output.ts";
import type { Digest } from "../crypto/digest.ts";
import { SeedbedError, messageOf } from "../problem/error.ts";
import type { Pass } from "../door/door-facts.ts";
import { cleanUpExport } from "../export/clean-up-export.ts";
import { findEarlierExports } from "../export/earlier-exports.ts";
import { inputsPrefix } from "../export/plan-export.ts";
import type { EarlierExport } from "../export/source-report.ts";
import { readDirectories } from "../export/statements/account.ts";
import type { Log } from "../ports/log.ts";
import { openSource } from "./open-source.ts";
import type { SeedTask, SeedPorts, SourceAccess } from "./seed-task.ts";

/** What a job's last step needs to clean up after a killed main step. It contains no secret. */
export interface RunTraces {
  run: string;
  database: string;
  seedInputs: Digest;
  source: SourceAccess;
}

const STATE = "traces";

/** Records what may be left on the source before anything is created there, and clears the record once nothing is. */
export function rememberForCleanUp(
  { run, pass }: { run: string; pass: Pass },
  { output, log }: { output: Pick<StepOutput, "save">; log: Log },
) {
  return {
    remember: (task: SeedTask) => {
      if (task.previous !== undefined) return;
      const traces: RunTraces = {
        run,
        database: pass.database,
        seedInputs: task.digests.seed_inputs,
        source: task.source,
      };
      output.save(STATE, JSON.stringify(traces));
    },
    // The last step would only look at the source once more, so a full disk does not end a finished run here.
    forget: () => clearState(STATE, { output, log }),
  };
}

/** Clears what the main step wrote down for the job's last one. A failure is a warning, because the run's work is done. */
export function clearState(name: string, { output, log }: { output: Pick<StepOutput, "save">; log: Log }): void {
  try {
    output.save(name, "");
  } catch (error) {
    log.warn(`The runner's state could not be written: ${messageOf(error)}`);
  }
}

/** The record that the main step wrote; null when it left nothing. */
export function readTraces(environment: Record<string, string | undefined>): RunTraces | null {
  const text = environment[`STATE_${STATE}`] ?? "";
  if (text === "") return null;
  const traces = parseJson(text);
  if (isTraces(traces)) return traces;
  throw new SeedbedError("traces-unreadable", "What the main step wrote down for this one cannot be read.", {
    fix: "Run the seed again: it looks for what is left on the source itself.",
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The caller says that it cannot be read; the text is not repeated.
    return null;
  }
}

const IS_TEXT = (value: unknown): boolean => typeof value === "string" && value !== "";
const IS_PORT = (value: unknown): boolean => Number.isInteger(value);

function isTraces(value: unknown): value is RunTraces {
  if (!hasFields(value, { run: IS_TEXT, database: IS_TEXT, seedInputs: IS_TEXT, source: () => true })) return false;
  const { source } = value;
  if (!hasFields(source, { directory: IS_TEXT, service_name: IS_TEXT, ssh: () => true, listener: () => true }))
    return false;
  const ssh = hasFields(source["ssh"], { host: IS_TEXT, port: IS_PORT, user: IS_TEXT, host_key: IS_TEXT });
  return ssh && hasFields(source["listener"], { host: IS_TEXT, port: IS_PORT });
}

function hasFields(
  value: unknown,
  fields: Record<string, (field: unknown) => boolean>,
): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(fields).every(([name, fits]) => fits((value as Record<string, unknown>)[name]));
}

/** Removes the jobs and files of exactly this run. Returns what could not be removed. */
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

/** An export that was killed before its first log entry names no run; it only counts as this run's if no session holds it. */
function isOfRun({ prefix, description, jobs }: EarlierExport, { run, database, seedInputs }: RunTraces): boolean {
  if (!prefix.startsWith(inputsPrefix(seedInputs))) return false;
  if (description === null) return jobs.every((job) => job.sessions === 0);
  return description.run === run && description.database === database;
}
