import { renderApplyConfig } from "../container/apply-config.ts";
import { importKey } from "../container/import-key.ts";
import { renderSeedConfig } from "../container/seed-config.ts";
import { digestApplyInputs } from "../digests/apply-inputs.ts";
import { digestRequestFiles } from "../digests/request-files.ts";
import { readScripts, seedOf } from "../digests/seed.ts";
import { folderOf } from "../layout/database-folder.ts";
import { isPlain } from "../database/file-mode.ts";
import { UnreadableFile } from "../database/unreadable-file.ts";
import type { Lock } from "../lock/lock.ts";
import { tlsSecretFor } from "../manifests/certificate.ts";
import { renderManifests } from "../manifests/render-manifests.ts";
import type { RenderedFile } from "../manifests/rendered-file.ts";
import type { Tree, TreeEntry } from "../ports/tree.ts";
import type { DatabaseRequest, RequestFiles } from "../request/request.ts";
import type { Settings } from "../settings/settings.ts";

/** Version of the rendered files: it is part of every tree, and is raised when the rendered bytes change. */
export const RENDERER_VERSION = "3";

export interface RenderInput {
  database: string;
  request: DatabaseRequest;
  files: RequestFiles;
  lock: Lock;
  settings: Settings;
}

/** Renders the manifests of one database, byte for byte the same everywhere: the import comes from the lock, the applied configuration from the request. */
export function renderDatabase({ database, request, files, lock, settings }: RenderInput): RenderedFile[] {
  const target = request.database;
  return renderManifests({
    database,
    request,
    lock,
    settings,
    wantedSeed: seedOf(request, settings, files),
    requestDigest: digestRequestFiles(files),
    rendererVersion: RENDERER_VERSION,
    seedConfig: renderLockedSeed(lock),
    applyConfig: renderApplyConfig({
      applyInputs: digestApplyInputs(request, files),
      target,
      postImport: readScripts(files, target.scripts.post_import),
      tlsSecret: tlsSecretFor({ request, settings }),
    }),
  });
}

function renderLockedSeed(lock: Lock): RenderedFile[] {
  const { seed, dump_set: dumpSet, digests, database, reset } = lock;
  if (!seed || !dumpSet || !digests) return [];
  const key = importKey({ dumpSet: dumpSet.digest, importInputs: digests.import_inputs, reset });
  return renderSeedConfig({ database, importKey: key, dumpSet: dumpSet.digest, seed });
}

/** The manifests in a tree. Those that are no plain text files have no text: what is rendered differs from them. */
export async function readManifestFiles(tree: Tree, database: string): Promise<RenderedFile[]> {
  const entries = await tree.entries(folderOf(database).manifests);
  return Promise.all(entries.map(async (entry) => ({ path: entry.path, text: await readPlain(tree, entry) })));
}

async function readPlain(tree: Tree, { path, mode }: TreeEntry): Promise<string> {
  if (!isPlain(mode)) return "";
  try {
    return (await tree.read(path)) ?? "";
  } catch (error) {
    if (error instanceof UnreadableFile) return "";
    throw error;
  }
}

/** The changes that make a tree contain exactly the rendered files; empty when it already does. */
export function compareFiles(there: readonly RenderedFile[], wanted: readonly RenderedFile[]) {
  const before = new Map(there.map(({ path, text }) => [path, text]));
  const after = new Set(wanted.map(({ path }) => path));
  return {
    write: wanted.filter(({ path, text }) => before.get(path) !== text),
    remove: there.map(({ path }) => path).filter((path) => !after.has(path)),
  };
}
