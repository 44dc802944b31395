import { importKey } from "../container/import-key.ts";
import { renderDefaultConfig } from "../container/default-config.ts";
import type { RuntimeFile } from "../container/runtime-files.ts";
import { digestRuntime } from "../digests/runtime.ts";
import type { Digest } from "../crypto/digest.ts";
import { digestImportInputs, digestSeedInputs, seedOf } from "../digests/seed.ts";
import { SeedbedError } from "../problem/error.ts";
import type { PreviousImage } from "../image/rebuild-image.ts";
import { parseImageReference } from "../image/reference.ts";
import type { Lock, LockDigests, Seed } from "../lock/lock.ts";
import { baseOf } from "../manifests/base-of.ts";
import type { DatabaseRequest, RequestFiles } from "../request/request.ts";
import type { Settings } from "../settings/settings.ts";
import type { SeedTask, SourceAccess } from "./seed-task.ts";
import type { ExportTask } from "./with-export.ts";

export interface TaskInput {
  database: string;
  request: DatabaseRequest;
  files: RequestFiles;
  lock: Lock;
  settings: Settings;
  runtime: RuntimeFile[];
  run: string;
  tags: string[];
  /** Export again even if the dump of the lock's image could be reused. */
  freshExport: boolean;
}

/** Decides what a seed of this request has to do, without connecting to anything. */
export function makeSeedTask(input: TaskInput): SeedTask {
  const { database, request, files, settings, runtime } = input;
  const base = baseOf(input);
  const seed = seedOf(request, settings, files);
  const digests: LockDigests = {
    seed_inputs: digestSeedInputs(seed),
    import_inputs: digestImportInputs(seed),
    runtime: digestRuntime({
      base: parseImageReference(base.image).reference as Digest,
      platform: base.platform,
      files: Object.fromEntries(runtime.map(({ path, text }) => [path, text])),
    }),
  };
  const previous = input.freshExport ? null : reusableImage(input, digests);
  return {
    database,
    seed,
    digests,
    source: accessTo(request, settings),
    seedsRepository: settings.registries.seeds.repository,
    base,
    runtime,
    renderDefaults: (dumpSet) => renderDefaultConfig(defaultConfigOf({ database, dumpSet, seed, digests })),
    run: input.run,
    tags: input.tags,
    ...(previous === null ? {} : { previous }),
  };
}

/** The task of an export of this request whose dump goes into a folder. */
export function makeExportTask(
  input: Pick<TaskInput, "database" | "request" | "files" | "run"> & SomeSettings,
): ExportTask {
  const { database, request, files, settings, run } = input;
  const seed = seedOf(request, settings, files);
  return { database, seed, digests: { seed_inputs: digestSeedInputs(seed) }, source: accessTo(request, settings), run };
}

interface SomeSettings {
  settings: Settings | undefined;
}

/** The lock's image, if it has the data that the request asks for and only import or runtime changed. */
function reusableImage({ lock }: TaskInput, digests: LockDigests): PreviousImage | null {
  const { image, dump_set: dumpSet, digests: locked } = lock;
  if (!image || !dumpSet || !locked || locked.seed_inputs !== digests.seed_inputs) return null;
  const changed = locked.import_inputs !== digests.import_inputs || locked.runtime !== digests.runtime;
  if (!changed) return null;
  const { repository } = parseImageReference(image.repository);
  return { repository, digest: image.digest, dumpSet: dumpSet.digest };
}

interface DefaultInput {
  database: string;
  dumpSet: Digest;
  seed: Seed;
  digests: LockDigests;
}

/** Rendered with reset 0, because the image does not know how often its dump was imported. */
function defaultConfigOf({ database, dumpSet, seed, digests }: DefaultInput) {
  const key = importKey({ dumpSet, importInputs: digests.import_inputs, reset: 0 });
  return { database, importKey: key, dumpSet, seed };
}

/** Connection values of a source: from the settings, or from the request where it has them. */
function accessTo(request: DatabaseRequest, settings: Settings | undefined): SourceAccess {
  const { name, ssh, host, port, service_name: service, directory } = request.source_database;
  const named = name === undefined ? undefined : settings?.sources[name];
  if (named) {
    const { ssh: access, listener, service_name, directory: folder } = named;
    return { ssh: access, listener, service_name, directory: folder };
  }
  if (!ssh || host === undefined || port === undefined || service === undefined || directory === undefined)
    throw new SeedbedError(
      "source-incomplete",
      "The request neither names a source from the settings nor has all connection values.",
      {
        fix: "Run seedbed validate and fix the problems that it reports.",
      },
    );
  return { ssh, listener: { host, port }, service_name: service, directory };
}
