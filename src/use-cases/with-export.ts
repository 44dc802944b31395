import { messageOf } from "../problem/error.ts";
import { cleanUpExport } from "../export/clean-up-export.ts";
import { inspectSource } from "../export/inspect-source.ts";
import { planExport } from "../export/plan-export.ts";
import { type ExportOutcome, runExport } from "../export/run-export.ts";
import type { LockDigests } from "../lock/lock.ts";
import type { SourceReport } from "../export/source-report.ts";
import { sentence } from "../text/sentence.ts";
import { explainGone } from "./dump-files.ts";
import { type OpenSource, openSource } from "./open-source.ts";
import type { SeedTask, SeedPorts } from "./seed-task.ts";
import type { StageLog } from "./stage-log.ts";

/** The part of a seed's task that an export needs. */
export interface ExportTask extends Pick<SeedTask, "database" | "seed" | "source" | "run"> {
  digests: Pick<LockDigests, "seed_inputs">;
}

interface Exporting {
  task: ExportTask;
  ports: SeedPorts;
  stages: StageLog;
}

/** A finished export whose files are still on the source. */
export interface Exported {
  source: OpenSource;
  report: SourceReport;
  exported: ExportOutcome;
}

export interface Used<T> {
  value: T;
  /** Jobs and files that could not be removed from the source. */
  leftOnSource: string[];
}

/** Runs preflight and export and passes the files to `use`; afterwards they are removed from the source, even if `use` failed. */
export async function withExport<T>(exporting: Exporting, use: (made: Exported) => Promise<T>): Promise<Used<T>> {
  const { task, ports, stages } = exporting;
  const opened: OpenSource[] = [];
  try {
    const ready = await stages.run("preflight: source", async () => {
      const source = await openSource(task, ports);
      opened.push(source);
      return await inspect(exporting, source);
    });
    const { source, report, plan } = ready;
    const exported = await stages.run("export", async () => {
      const value = await runExport(plan, { ...ports, ...source }, ports.signal);
      return { value, text: describeExported(value) };
    });
    for (const warning of exported.warnings) stages.warn(warning);
    return await useFiles(exporting, { source, report, exported }, use);
  } finally {
    for (const source of opened) await source.close();
  }
}

/** Nothing runs on the source yet, so a cancel need not wait for its answer. */
async function inspect({ task, ports }: Exporting, source: OpenSource) {
  ports.signal.throwIfAborted();
  ports.signal.addEventListener("abort", source.cut, { once: true });
  try {
    const { directory, service_name: service } = task.source;
    const { account } = ports;
    const report = await inspectSource({ seed: task.seed, directory, service }, { ...source, account });
    const warnings = report.findings.filter(({ severity }) => severity === "warning");
    for (const { what, fix } of warnings) ports.log.warn(`${sentence(what)} ${sentence(fix)}`);
    const { database, digests, run } = task;
    const identity = { database, seedInputs: digests.seed_inputs, run, now: ports.clock.now() };
    const plan = planExport(task.seed, report, identity);
    const { version, charset } = report.facts;
    const found = warnings.length === 1 ? "1 warning" : `${warnings.length} warnings`;
    return { value: { source, report, plan }, text: `Oracle ${version}, ${charset}, ${found}` };
  } finally {
    ports.signal.removeEventListener("abort", source.cut);
  }
}

function describeExported(exported: ExportOutcome): string {
  const rows = exported.rows.reduce((sum, table) => sum + table.rows, 0);
  return `${exported.rows.length} tables, ${rows.toLocaleString("en")} rows, ${exported.files.length} files, SCN ${exported.scn}`;
}

async function useFiles<T>(
  exporting: Exporting,
  made: Exported,
  use: (made: Exported) => Promise<T>,
): Promise<Used<T>> {
  const { stages } = exporting;
  let value: T;
  try {
    value = await use(made);
  } catch (error) {
    const stage = stages.current;
    stages.leftOnSource.push(...(await removeFromSource(made, stages)));
    // The stage that failed, not the clean-up after it.
    stages.current = stage;
    throw explainGone(error);
  }
  return { value, leftOnSource: await removeFromSource(made, stages) };
}

async function removeFromSource({ exported, source }: Exported, stages: StageLog): Promise<string[]> {
  try {
    return await stages.run("clean up", async () => {
      const { left, reasons } = await cleanUp({ exported, source }, stages);
      for (const reason of reasons) stages.warn(reason);
      const text = left.length === 0 ? "nothing is left on the source" : `left on the source: ${left.join(", ")}`;
      return { value: left, text };
    });
  } catch (error) {
    const left = `perhaps jobs and files named ${exported.prefix}_* in ${exported.directory.path}`;
    stages.warn(`Cleaning up on the source failed: ${messageOf(error)}`);
    return [left];
  }
}

/** The session was idle while the files were read, possibly for hours: if it was lost, a new one is opened. */
async function cleanUp({ exported, source }: Pick<Exported, "exported" | "source">, stages: StageLog) {
  const { clock } = stages;
  try {
    return await cleanUpExport(exported, { ...source, clock });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    stages.info(`The session of the export was lost (${why}); cleaning up with a new one.`);
    return await cleanUpExport(exported, { ...source, database: await source.reconnect(), clock });
  }
}
