import { SeedbedError } from "../problem/error.ts";
import { joinPath } from "../export/host-files.ts";
import type { ExportOutcome } from "../export/run-export.ts";
import type { Log } from "../ports/log.ts";
import type { FileFacts, SourceHost } from "../ports/source-host.ts";
import { DumpFileTransfer } from "../transfer/dump-file-transfer.ts";

/** The paths of an export's files on its host, in their order. */
export function dumpPaths({ directory, files }: Pick<ExportOutcome, "directory" | "files">): string[] {
  return files.map((name) => joinPath(directory.path, name));
}

/** Size and date of every file, in the order of the paths. Throws when one is missing. */
export function readFileFacts(host: Pick<SourceHost, "facts">, paths: readonly string[]): Promise<FileFacts[]> {
  return Promise.all(
    paths.map(async (path) => {
      const facts = await host.facts(path);
      if (facts !== null) return facts;
      throw new SeedbedError("dump-file-gone", `${path} is no longer on the source.`, {
        fix: "Find out what removes files from this folder, then run the seed again.",
      });
    }),
  );
}

interface Transferred {
  exported: Pick<ExportOutcome, "directory" | "files">;
  host: Pick<SourceHost, "read">;
  /** Size and date of every file as they have to stay, in the order of the files. */
  facts: readonly FileFacts[];
  log: Pick<Log, "progress">;
  signal: AbortSignal;
}

/** Every file of an export, ready to be read. */
export function transferFiles({ exported, host, facts, log, signal }: Transferred): DumpFileTransfer[] {
  return dumpPaths(exported).map((path, index) => {
    const expected = facts[index]!;
    const open = () => host.read(path, { expected, signal });
    return new DumpFileTransfer({ name: exported.files[index]!, bytes: expected.bytes, open }, log);
  });
}

/** Throws if a file changed since before it was read. */
export async function expectUnchanged(
  host: Pick<SourceHost, "facts">,
  paths: readonly string[],
  before: readonly FileFacts[],
): Promise<void> {
  const after = await readFileFacts(host, paths);
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  throw new SeedbedError("dump-files-changed", `A dump file changed while it was read: ${paths.join(", ")}.`, {
    fix: "Find out what else writes to this folder, then run the seed again.",
  });
}

/** What a file that is gone means while it is read: it was there when the export ended, so the folder is the right one. */
export function explainGone(error: unknown): unknown {
  if (!(error instanceof SeedbedError) || error.code !== "source-no-such-file") return error;
  return new SeedbedError(
    "dump-file-gone",
    `A dump file was removed while it was read, by another run or by hand. ${error.message}`,
    {
      fix: "Look for another run of this database at the same time, find out what else removes files from this folder, and run the seed again.",
      cause: error,
    },
  );
}
