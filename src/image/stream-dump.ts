import type { DumpFile } from "../export/dump-set.ts";
import { DumpLayer } from "./dump-layer.ts";
import type { DumpSource } from "./dump-layer.ts";
import type { OwnLayer } from "./image-plan.ts";
import type { ImageTarget } from "./image-target.ts";
import { mapLimited } from "./map-limited.ts";

/** A dump file whose layer the registry has confirmed. */
export interface StoredDumpFile {
  file: DumpFile;
  layer: OwnLayer;
}

// Two streams hide each other's waiting times; more only cost memory on a runner with two cores.
const AT_ONCE = 2;

/** Streams dump files into layers of the image's repository, in the given order; nothing is written to disk. */
export function streamDumpFiles(
  sources: DumpSource[],
  target: Omit<ImageTarget, "base" | "bases">,
): Promise<StoredDumpFile[]> {
  return mapLimited(sources, { atOnce: AT_ONCE, signal: target.signal }, (source, signal) =>
    streamOne(source, { ...target, signal }),
  );
}

async function streamOne(source: DumpSource, target: Omit<ImageTarget, "base" | "bases">): Promise<StoredDumpFile> {
  const layer = new DumpLayer({ ...source, open: () => withProgress(source, target) });
  const blob = await target.seeds.upload(target.repository, () => layer.open(), target.signal);
  return {
    file: { name: source.name, bytes: source.bytes, sha256: layer.fileSha256 },
    layer: { ...blob, name: `dump/${source.name}` },
  };
}

async function* withProgress(source: DumpSource, { log }: Pick<ImageTarget, "log">): AsyncGenerator<Buffer> {
  let done = 0;
  for await (const chunk of source.open()) {
    done += chunk.length;
    log.progress(source.name, { done, total: source.bytes, unit: "bytes" });
    yield chunk;
  }
}
