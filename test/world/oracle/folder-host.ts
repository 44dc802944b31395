import { createReadStream } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import type { SourceHost } from "../../../src/ports/source-host.ts";

/** The SSH host of a source as far as files go, over folders of this machine. */
export function openFolderHost(freeBytes: number | null = null): SourceHost {
  return {
    forward: () => Promise.reject(new Error("this host forwards nothing")),
    async facts(path) {
      const found = await stat(path).catch(() => null);
      return found === null ? null : { bytes: found.size, modified: Math.floor(found.mtimeMs / 1000) };
    },
    list: (folder) => readdir(folder),
    freeBytes: () => Promise.resolve(freeBytes),
    async *read(path, options) {
      const stream = createReadStream(path, { signal: options.signal, end: options.expected.bytes - 1 });
      if (options.expected.bytes > 0) yield* stream as AsyncIterable<Buffer>;
    },
    remove: (path) => rm(path),
    close: () => Promise.resolve(),
  };
}
