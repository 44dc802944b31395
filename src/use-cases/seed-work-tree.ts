import type { RuntimeFile } from "../container/runtime-files.ts";
import { folderOf } from "../layout/database-folder.ts";
import { lockAfterSeed } from "../lock/advance-lock.ts";
import type { Lock } from "../lock/lock.ts";
import { renderLock } from "../lock/render-lock.ts";
import { volumeOf } from "../manifests/volume.ts";
import type { RenderedFile } from "../manifests/rendered-file.ts";
import type { Tree } from "../ports/tree.ts";
import type { DatabaseRequest, RequestFiles } from "../request/request.ts";
import type { Settings } from "../settings/settings.ts";
import { permitTag } from "../image/image-tag.ts";
import { makeSeedTask } from "./make-seed-task.ts";
import { readFolder } from "../database/read-folder.ts";
import { requirePermit, requireWork } from "./require-permit.ts";
import { compareFiles, readManifestFiles, renderDatabase } from "./render.ts";
import type { SeedOutcome, SeedPorts } from "./seed-task.ts";
import { seedDatabase } from "./seed.ts";
import { StageLog } from "./stage-log.ts";

export interface WorkTreeSeed {
  settings: Settings;
  loaded: { database: string; request: DatabaseRequest; files: RequestFiles; lock: Lock };
  /** The files of the commit that is seeded. */
  committed: Tree;
  /** The files on disk, for what has to be written. */
  tree: Tree;
  runtime: RuntimeFile[];
  freshExport: boolean;
}

export interface SeededTree {
  lock: Lock;
  outcome: SeedOutcome;
  /** Lock and manifests, for the person to commit. */
  change: { write: RenderedFile[]; remove: string[] };
}

/** Seeds from a work tree: pushes the image and returns the files to commit. Requires a permit where the settings have keys. */
export async function seedWorkTree(input: WorkTreeSeed, ports: SeedPorts): Promise<SeededTree> {
  const { settings, loaded, committed } = input;
  const { database, files, lock, request } = loaded;
  const { approval } = await readFolder(committed, database);
  const source = request.source_database.name ?? "";
  const authority = requirePermit({ settings, files, lock, source, approval, now: ports.clock.now() });
  const run = `cli-${ports.clock.now().toString(36)}`;
  const tags = authority.approval === null ? [] : [permitTag(authority.approval)];
  // A permit for an export means fresh data.
  const freshExport = input.freshExport || authority.permit?.work === "export";
  const task = makeSeedTask({ ...input, ...loaded, run, tags, freshExport });
  requireWork(authority, task.previous === undefined ? "export" : "image");
  const outcome = await seedDatabase(task, ports, new StageLog(ports.log, ports.clock));
  const { seed_inputs: seedInputs, import_inputs: importInputs, runtime } = task.digests;
  const { dumpSet, image } = outcome;
  const facts = {
    database,
    run,
    generation: authority.generation,
    digests: { seedInputs, importInputs, runtime },
    seed: task.seed,
    dumpSet,
    image,
  };
  const next = lockAfterSeed(lock, {
    result: facts,
    approval: authority.approval,
    at: new Date(ports.clock.now()).toISOString(),
    repository: `${settings.registries.seeds.repository}/${database}`,
    volume: volumeOf({ request, settings, lock }),
  });
  return { lock: next, outcome, change: await changeOf(input, next) };
}

async function changeOf({ settings, loaded, tree }: WorkTreeSeed, lock: Lock) {
  const { database } = loaded;
  const wanted = renderDatabase({ ...loaded, lock, settings });
  const change = compareFiles(await readManifestFiles(tree, database), wanted);
  const lockFile = { path: folderOf(database).lock, text: renderLock(lock) };
  return { write: [...change.write, lockFile], remove: change.remove };
}
