import { randomBytes } from "node:crypto";
import { streamDumpFiles } from "../../src/image/stream-dump.ts";
import { DumpFileTransfer, type DumpSource } from "../../src/transfer/dump-file-transfer.ts";

export interface CountedSource extends DumpSource {
  content: Buffer;
  opened: number;
}

/** A dump file in memory that counts how often it was opened. */
export function dumpSource(name: string, content: Buffer = randomBytes(300_000)): CountedSource {
  const source: CountedSource = {
    name,
    bytes: content.length,
    content,
    opened: 0,
    open() {
      source.opened += 1;
      return chunksOf(content);
    },
  };
  return source;
}

/** Streams files into layers as the use cases do. */
export function streamSources(sources: DumpSource[], target: Parameters<typeof streamDumpFiles>[1]) {
  return streamDumpFiles(
    sources.map((source) => new DumpFileTransfer(source, { progress: () => undefined })),
    target,
  );
}

async function* chunksOf(content: Buffer, size = 65_521): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}
