import type { DumpSet } from "../export/dump-set.ts";
import { readBase } from "../image/base-image.ts";
import { renderFacts, type Facts } from "../image/facts.ts";
import { imageTag } from "../image/image-tag.ts";
import type { ImageTarget } from "../image/image-target.ts";
import { rebuildImage } from "../image/rebuild-image.ts";
import { parseImageReference } from "../image/reference.ts";
import { buildSeedImage, publishSeedImage, type SeedImage } from "../image/seed-image.ts";
import type { StoredDumpFile } from "../image/stream-dump.ts";
import { nameCancel } from "./name-cancel.ts";
import type { SeedTask, SeedOutcome, SeedPorts } from "./seed-task.ts";
import { describeDumpSet, lockedDumpSet } from "./dump-set-facts.ts";
import type { StageLog } from "./stage-log.ts";
import { streamExport } from "./stream-export.ts";
import { withExport, type Exported } from "./with-export.ts";

/** From request to image: a new export, or the dump of an earlier image with a new runtime. Nothing is written to disk. */
export async function seedDatabase(task: SeedTask, ports: SeedPorts, stages: StageLog): Promise<SeedOutcome> {
  const closing: { close(): Promise<void> }[] = [];
  try {
    const target = await stages.run("preflight: registries", () => openTarget(task, ports, closing));
    const seeding = { task, ports, stages, target };
    return await (task.previous === undefined ? exportAndBuild(seeding) : rebuild(seeding));
  } catch (error) {
    throw nameCancel(error, ports.signal, stages);
  } finally {
    for (const connection of closing) await connection.close();
  }
}

interface Seeding {
  task: SeedTask;
  ports: SeedPorts;
  stages: StageLog;
  target: ImageTarget;
}

/** Checks before the export that both registries answer and that the logins may push and pull. */
async function openTarget(task: SeedTask, ports: SeedPorts, closing: { close(): Promise<void> }[]) {
  const seedsName = parseImageReference(`${task.seedsRepository}/${task.database}`);
  const baseName = parseImageReference(task.base.image);
  const seeds = await ports.connectRegistry(seedsName.host, "seeds");
  closing.push(seeds);
  const bases = await ports.connectRegistry(baseName.host, "base");
  closing.push(bases);
  const { log, signal } = ports;
  if (task.previous === undefined) await ports.checkKey();
  await seeds.check(seedsName.repository, "push", signal);
  const base = await readBase(bases, { ...baseName, platform: task.base.platform }, signal);
  const target: ImageTarget = { seeds, repository: seedsName.repository, bases, base, log, signal };
  return {
    value: target,
    text: `may push to ${seeds.host}/${seedsName.repository}, base has ${base.layers.length} layers`,
  };
}

async function exportAndBuild(seeding: Seeding): Promise<SeedOutcome> {
  const { value, leftOnSource } = await withExport(seeding, (made) => publishExport(seeding, made));
  const { image, dumpSet, facts } = value;
  seeding.ports.log.info(`image ${seeding.target.seeds.host}/${image.repository}@${image.digest}`);
  return outcomeOf({ image, dumpSet, facts, stages: seeding.stages, leftOnSource });
}

async function publishExport(seeding: Seeding, { source, report, exported }: Exported) {
  const { task, stages, target } = seeding;
  const stored = await stages.run("stream and push", () => streamExport(exported, source, target));
  const dumpSet = describeDumpSet({ task, report, exported, files: stored.map(({ file }) => file) });
  const facts = renderFacts(dumpSet, exported.rows);
  const dumpLayers = stored.map(({ layer }) => layer);
  const image = await stages.run("image", () => build(seeding, { dumpLayers, facts }));
  return { image, dumpSet, facts };
}

async function build(seeding: Seeding, made: { dumpLayers: StoredDumpFile["layer"][]; facts: Facts }) {
  const { task, target } = seeding;
  const defaults = task.renderDefaults(made.facts.digest);
  const image = await buildSeedImage({ runtime: task.runtime, ...made, defaults }, target);
  await publish(seeding, image, made.facts);
  return { value: image, text: image.digest };
}

async function publish({ task, ports, target }: Seeding, image: SeedImage, facts: Facts): Promise<void> {
  const { runtime, import_inputs: importInputs } = task.digests;
  await ports.beforePublish();
  ports.signal.throwIfAborted();
  await publishSeedImage(image, [imageTag({ dumpSet: facts.digest, runtime, importInputs }), ...task.tags], target);
}

async function rebuild(seeding: Seeding): Promise<SeedOutcome> {
  const { task, stages, target } = seeding;
  const previous = task.previous!;
  const { image, from } = await stages.run("image", async () => {
    const defaults = task.renderDefaults(previous.dumpSet);
    const value = await rebuildImage(previous, { runtime: task.runtime, defaults }, target);
    await publish(seeding, value.image, value.from.facts);
    return { value, text: `${value.image.digest}, the dump of ${previous.digest}` };
  });
  return outcomeOf({ image, dumpSet: from.dumpSet, facts: from.facts, stages, leftOnSource: [] });
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
