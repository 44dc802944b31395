import { formatAmount } from "../text/amount.ts";
import { renderFacts } from "../image/facts.ts";
import type { DumpFolder } from "../ports/dump-folder.ts";
import { describeDumpSet, lockedDumpSet } from "./dump-set-facts.ts";
import { dumpPaths, expectUnchanged, readFileFacts, transferFiles } from "./dump-files.ts";
import { nameCancel } from "./name-cancel.ts";
import type { SeedOutcome, SeedPorts } from "./seed-task.ts";
import type { StageLog } from "./stage-log.ts";
import { type Exported, type ExportTask, withExport } from "./with-export.ts";

/** The result of an export into a folder. */
export type FolderOutcome = Omit<SeedOutcome, "image">;

type FolderPorts = SeedPorts & { folder: DumpFolder };

/** Exports dump files and facts into a folder instead of an image, for use without a registry. */
export async function seedFolder(task: ExportTask, ports: FolderPorts, stages: StageLog): Promise<FolderOutcome> {
  try {
    const { value, leftOnSource } = await withExport({ task, ports, stages }, (made) =>
      take({ ...made, task, stages }, ports),
    );
    const { reports, warnings } = stages;
    return { dumpSet: value, stages: reports, warnings, leftOnSource };
  } catch (error) {
    throw nameCancel(error, ports.signal, stages);
  }
}

type Making = Exported & { task: ExportTask; stages: StageLog };

async function take(made: Making, ports: FolderPorts) {
  const { task, report, exported, stages } = made;
  const files = await stages.run("download", () => download(made, ports));
  const dumpSet = describeDumpSet({ task, report, exported, files });
  const facts = renderFacts(dumpSet, exported.rows);
  // SHA256SUMS is written last: a folder that has it is complete.
  for (const { path, text } of facts.files) await ports.folder.write(path, once(text));
  return lockedDumpSet(dumpSet, facts.digest);
}

async function* once(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

async function download({ exported, source: { host } }: Making, { folder, log, signal }: FolderPorts) {
  const paths = dumpPaths(exported);
  const before = await readFileFacts(host, paths);
  const files = [];
  for (const file of transferFiles({ exported, host, facts: before, log, signal })) {
    await folder.write(file.name, file.read());
    files.push({ name: file.name, bytes: file.bytes, sha256: file.sha256 });
  }
  await expectUnchanged(host, paths, before);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { value: files, text: `${formatAmount(bytes, "bytes")} in ${files.length} files` };
}
