import { formatAmount } from "../amount.ts";
import { SeedbedError } from "../error.ts";
import type { ExportOutcome } from "../export/run-export.ts";
import type { ImageTarget } from "../image/image-target.ts";
import { carryBase } from "../image/seed-image.ts";
import { streamDumpFiles, type StoredDumpFile } from "../image/stream-dump.ts";
import type { FileFacts } from "../ports.ts";
import type { OpenSource } from "./open-source.ts";

/** Every dump file goes from SFTP into a layer, two at a time; the base's layers go along. */
export async function streamExport(exported: ExportOutcome, source: OpenSource, target: ImageTarget) {
  const paths = exported.files.map((name) => `${exported.directory.path}/${name}`);
  const before = await lookAt(source, paths);
  const sources = exported.files.map((name, index) => ({
    name,
    bytes: before[index]!.bytes,
    open: () => source.host.read(paths[index]!, { expected: before[index]!, signal: target.signal }),
  }));
  const [stored] = await Promise.all([streamDumpFiles(sources, target), carryBase(target)]);
  const after = await lookAt(source, paths);
  if (JSON.stringify(before) !== JSON.stringify(after)) throw changedMeanwhile(paths);
  const bytes = stored.reduce((sum, { file }) => sum + file.bytes, 0);
  const value: StoredDumpFile[] = stored;
  return {
    value,
    text: `${formatAmount(bytes, "bytes")} in ${stored.length} layers, every digest confirmed by the registry`,
  };
}

function lookAt(source: OpenSource, paths: string[]): Promise<FileFacts[]> {
  return Promise.all(
    paths.map(async (path) => {
      const facts = await source.host.facts(path);
      if (facts !== null) return facts;
      throw new SeedbedError("dump-file-gone", `${path} is not on the source any more.`, {
        fix: "Find out what removes files from this folder, and run the seed again.",
      });
    }),
  );
}

function changedMeanwhile(paths: string[]): SeedbedError {
  return new SeedbedError("dump-files-changed", `A dump file changed while it was read: ${paths.join(", ")}.`, {
    fix: "Find out what else writes to this folder, and run the seed again.",
  });
}
