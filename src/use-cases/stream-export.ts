import { formatAmount } from "../text/amount.ts";
import type { ExportOutcome } from "../export/run-export.ts";
import type { ImageTarget } from "../image/image-target.ts";
import { mapLimited } from "../image/map-limited.ts";
import { carryBase } from "../image/seed-image.ts";
import { streamDumpFiles, type StoredDumpFile } from "../image/stream-dump.ts";
import { dumpPaths, expectUnchanged, readFileFacts, transferFiles } from "./dump-files.ts";
import type { OpenSource } from "./open-source.ts";

/** Streams every dump file from SFTP into a layer, two at a time, while the base's layers are copied. */
export async function streamExport(exported: ExportOutcome, { host }: OpenSource, target: ImageTarget) {
  const paths = dumpPaths(exported);
  const before = await readFileFacts(host, paths);
  const stream = async (signal: AbortSignal) => {
    const files = transferFiles({ exported, host, facts: before, log: target.log, signal });
    return await streamDumpFiles(files, { ...target, signal });
  };
  const carry = async (signal: AbortSignal): Promise<StoredDumpFile[]> => {
    await carryBase({ ...target, signal });
    return [];
  };
  // A failure of one stops the other: files that are about to be removed must not be read any further.
  const both = await mapLimited([stream, carry], { atOnce: 2, signal: target.signal }, (run, signal) => run(signal));
  await expectUnchanged(host, paths, before);
  const value = both.flat();
  const bytes = value.reduce((sum, { file }) => sum + file.bytes, 0);
  return {
    value,
    text: `${formatAmount(bytes, "bytes")} in ${value.length} layers, every digest confirmed by the registry`,
  };
}
