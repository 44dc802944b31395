import type { DumpFile } from "../export/dump-set.ts";
import type { DumpFileTransfer } from "../transfer/dump-file-transfer.ts";
import type { OwnLayer } from "./image-plan.ts";
import type { ImageTarget } from "./image-target.ts";
import { mapLimited } from "./map-limited.ts";
import { packDumpFile } from "./pack-dump-file.ts";

/** A dump file whose layer the registry has confirmed. */
export interface StoredDumpFile {
  file: DumpFile;
  layer: OwnLayer;
}

// Two streams hide each other's waiting times; more only cost memory on a runner with two cores.
const AT_ONCE = 2;

/** Streams dump files into layers of the image's repository, in the given order; nothing is written to disk. */
export function streamDumpFiles(
  files: DumpFileTransfer[],
  { seeds, repository, signal: given }: Pick<ImageTarget, "seeds" | "repository" | "signal">,
): Promise<StoredDumpFile[]> {
  return mapLimited(files, { atOnce: AT_ONCE, signal: given }, async (file, signal) => {
    const blob = await seeds.upload(repository, () => packDumpFile(file), signal);
    return {
      file: { name: file.name, bytes: file.bytes, sha256: file.sha256 },
      layer: { ...blob, name: `dump/${file.name}` },
    };
  });
}
