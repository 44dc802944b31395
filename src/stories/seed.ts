import { cleanUpExport } from "../export/clean-up-export.ts";
import type { DumpSet } from "../export/dump-set.ts";
import { inspectSource } from "../export/inspect-source.ts";
import { planExport } from "../export/plan-export.ts";
import { type ExportOutcome, runExport } from "../export/run-export.ts";
import type { SourceReport } from "../export/source-report.ts";
import { readBase } from "../image/base-image.ts";
import { renderFacts, type Facts } from "../image/facts.ts";
import { imageTag } from "../image/image-tag.ts";
import type { ImageTarget } from "../image/image-target.ts";
import { rebuildImage } from "../image/rebuild-image.ts";
import { parseImageReference } from "../image/reference.ts";
import { buildSeedImage, publishSeedImage, type SeedImage } from "../image/seed-image.ts";
import type { StoredDumpFile } from "../image/stream-dump.ts";
import { type OpenSource, openSource } from "./open-source.ts";
import type { SeedOrder, SeedOutcome, SeedPorts } from "./seed-order.ts";
import { describeDumpSet, lockedDumpSet } from "./dump-set-facts.ts";
import type { StageLog } from "./stage-log.ts";
import { streamExport } from "./stream-export.ts";

/** Request to image: a new export, or the dump of an earlier image with a new runtime. Nothing is written to disk. */
export async function seedDatabase(order: SeedOrder, ports: SeedPorts, stages: StageLog): Promise<SeedOutcome> {
  const closing: { close(): Promise<void> }[] = [];
  try {
    const target = await stages.run("preflight: registries", () => openTarget(order, ports, closing));
    return order.previous === undefined
      ? await exportAndBuild({ order, ports, stages, target })
      : await rebuild({ order, ports, stages, target });
  } finally {
    for (const connection of closing) await connection.close();
  }
}

interface Work {
  order: SeedOrder;
  ports: SeedPorts;
  stages: StageLog;
  target: ImageTarget;
}

/** Both registries answer, this login may push there and pull here: known before anything is exported. */
async function openTarget(order: SeedOrder, ports: SeedPorts, closing: { close(): Promise<void> }[]) {
  const seedsName = parseImageReference(`${order.seedsRepository}/${order.database}`);
  const baseName = parseImageReference(order.base.image);
  const seeds = ports.connectRegistry(seedsName.host, "seeds");
  const bases = ports.connectRegistry(baseName.host, "base");
  closing.push(seeds, bases);
  await seeds.check(seedsName.repository, "push");
  const base = await readBase(bases, baseName, order.base.platform);
  const { log, signal } = ports;
  const target: ImageTarget = { seeds, repository: seedsName.repository, bases, base, log, signal };
  return {
    value: target,
    text: `may push to ${seeds.host}/${seedsName.repository}, base has ${base.layers.length} layers`,
  };
}

async function exportAndBuild(work: Work): Promise<SeedOutcome> {
  const { order, ports, stages } = work;
  const source = await openSource(order, ports);
  try {
    const report = await stages.run("preflight: source", () => inspect(order, ports, source));
    const plan = planExport(order.seed, report, {
      database: order.database,
      seedInputs: order.digests.seed_inputs,
      run: order.run,
      now: ports.clock.now(),
    });
    const exported = await stages.run("export", async () => {
      const value = await runExport(plan, { ...ports, ...source }, ports.signal);
      return { value, text: describeExported(value) };
    });
    for (const warning of exported.warnings) stages.warn(warning);
    return await publishExport(work, { source, report, exported });
  } finally {
    await source.close();
  }
}

interface Exported {
  source: OpenSource;
  report: SourceReport;
  exported: ExportOutcome;
}

/** Whatever happens from here on, the files leave the source: as done once the registry has them, or as undone. */
async function publishExport(work: Work, { source, report, exported }: Exported): Promise<SeedOutcome> {
  const { order, stages, target, ports } = work;
  let image: SeedImage;
  let dumpSet: DumpSet;
  let facts: Facts;
  try {
    const stored = await stages.run("stream and push", () => streamExport(exported, source, target));
    dumpSet = describeDumpSet({ order, report, exported, files: stored.map(({ file }) => file) });
    facts = renderFacts(dumpSet, exported.rows);
    image = await stages.run("image", () => build(work, { dumpLayers: stored.map(({ layer }) => layer), facts }));
  } catch (error) {
    const stage = stages.current;
    stages.leftOnSource.push(...(await removeFromSource(exported, source, stages)));
    // The stage that failed, not the one that tidied up after it.
    stages.current = stage;
    throw error;
  }
  const leftOnSource = await removeFromSource(exported, source, stages);
  ports.log.info(`image ${target.seeds.host}/${image.repository}@${image.digest}`);
  return outcomeOf({ image, dumpSet, facts, stages, leftOnSource });
}

async function inspect(order: SeedOrder, ports: SeedPorts, source: OpenSource) {
  const { directory, service_name: service } = order.source;
  const report = await inspectSource({ seed: order.seed, directory, service }, { ...source, account: ports.account });
  for (const { severity, what, fix } of report.findings) if (severity === "warning") ports.log.warn(`${what} ${fix}`);
  const errors = report.findings.filter(({ severity }) => severity === "error");
  const { facts } = report;
  return {
    value: report,
    text: `Oracle ${facts.version}, ${facts.charset}, ${errors.length} errors, ${report.findings.length - errors.length} warnings`,
  };
}

function describeExported(exported: ExportOutcome): string {
  const rows = exported.rows.reduce((sum, table) => sum + table.rows, 0);
  return `${exported.rows.length} tables, ${rows.toLocaleString("en")} rows, ${exported.files.length} files, SCN ${exported.scn}`;
}

async function build(work: Work, made: { dumpLayers: StoredDumpFile["layer"][]; facts: Facts }) {
  const { order, target } = work;
  const defaults = order.renderDefaults(made.facts.digest);
  const image = await buildSeedImage({ runtime: order.runtime, ...made, defaults }, target);
  await publish(work, image, made.facts);
  return { value: image, text: image.digest };
}

async function publish({ order, ports, target }: Work, image: SeedImage, facts: Facts): Promise<void> {
  const { runtime, import_inputs: importInputs } = order.digests;
  await ports.beforePublish();
  await publishSeedImage(
    image,
    [imageTag({ dumpSet: facts.digest, runtime, importInputs }), ...order.tags],
    target.seeds,
  );
}

async function rebuild(work: Work): Promise<SeedOutcome> {
  const { order, stages, target } = work;
  const previous = order.previous!;
  const { image, from } = await stages.run("image", async () => {
    const defaults = order.renderDefaults(previous.dumpSet);
    const value = await rebuildImage(previous, { runtime: order.runtime, defaults }, target);
    await publish(work, value.image, value.from.facts);
    return { value, text: `${value.image.digest}, the dump of ${previous.digest}` };
  });
  return outcomeOf({ image, dumpSet: from.dumpSet, facts: from.facts, stages, leftOnSource: [] });
}

async function removeFromSource(exported: ExportOutcome, source: OpenSource, stages: StageLog): Promise<string[]> {
  try {
    return await stages.run("clean up", async () => {
      const { left, reasons } = await cleanUpExport(exported, { ...source, clock: stages.clock });
      for (const reason of reasons) stages.warn(reason);
      return {
        value: left,
        text: left.length === 0 ? "nothing is left on the source" : `left on the source: ${left.join(", ")}`,
      };
    });
  } catch (error) {
    const left = `perhaps jobs and files named ${exported.prefix}_* in ${exported.directory.path}`;
    stages.warn(`The source could not be cleaned: ${error instanceof Error ? error.message : String(error)}`);
    return [left];
  }
}

interface Made {
  image: SeedImage;
  dumpSet: DumpSet;
  facts: Facts;
  stages: StageLog;
  leftOnSource: string[];
}

function outcomeOf({ image, dumpSet, facts, stages, leftOnSource }: Made): SeedOutcome {
  const { digest, base, platform } = image;
  const { reports, warnings } = stages;
  return {
    dumpSet: lockedDumpSet(dumpSet, facts.digest),
    image: { digest, base, platform },
    stages: reports,
    warnings,
    leftOnSource,
  };
}
