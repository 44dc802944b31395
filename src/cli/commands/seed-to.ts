import type { Credentials } from "../../credentials/credentials.ts";
import type { Tree } from "../../ports/tree.ts";
import type { Settings } from "../../settings/settings.ts";
import { makeExportTask } from "../../use-cases/make-seed-task.ts";
import { readFolder } from "../../database/read-folder.ts";
import { requirePermit, requireWork } from "../../use-cases/require-permit.ts";
import { seedFolder, type FolderOutcome } from "../../use-cases/seed-folder.ts";
import { StageLog } from "../../use-cases/stage-log.ts";
import type { Bench } from "../bench.ts";
import type { SoundDatabase } from "../loaded.ts";
import { seedPorts } from "../seed-ports.ts";
import { renderJson } from "../../text/json.ts";

interface SeedCommand {
  bench: Bench;
  /** The files at HEAD. */
  committed: Tree;
  one: SoundDatabase;
  /** Absent where the request writes its source out. */
  settings: Settings | undefined;
  credentials: Credentials;
}

/** Exports into a folder: needs neither registry nor cluster, and so no settings either. */
export async function seedTo(
  command: SeedCommand,
  { to, json = false }: { to: string; json?: boolean | undefined },
): Promise<void> {
  const { bench, one, settings, committed, credentials } = command;
  const { database, request, files, lock } = one;
  const { approval } = await readFolder(committed, database);
  const source = request.source_database.name ?? "";
  if (settings)
    requireWork(requirePermit({ settings, files, lock, source, approval, now: bench.clock.now() }), "export");
  const run = `cli-${bench.clock.now().toString(36)}`;
  const task = makeExportTask({ database, request, files, settings, run });
  const folder = await bench.openFolder(to);
  const ports = { ...seedPorts(bench, credentials), folder };
  const outcome = await seedFolder(task, ports, new StageLog(bench.log, bench.clock));
  bench.out(json ? renderJson({ version: 1, folder: folder.path, ...outcome }) : describeFolder(folder.path, outcome));
}

function describeFolder(path: string, { dumpSet, leftOnSource }: FolderOutcome): string {
  const lines = [
    `dump set ${dumpSet.digest} in ${path}`,
    ...leftOnSource.map((what) => `left on the source: ${what}`),
    `Check it with: cd ${path} && sha256sum -c SHA256SUMS`,
  ];
  return `${lines.join("\n")}\n`;
}
