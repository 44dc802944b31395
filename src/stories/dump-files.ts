import { SeedbedError } from "../error.ts";
import type { FileFacts, SourceHost } from "../ports.ts";

/** Size and date of every file, in the order of the paths. Throws when one is not there. */
export function lookAtFiles(host: Pick<SourceHost, "facts">, paths: readonly string[]): Promise<FileFacts[]> {
  return Promise.all(
    paths.map(async (path) => {
      const facts = await host.facts(path);
      if (facts !== null) return facts;
      throw new SeedbedError("dump-file-gone", `${path} is not on the source any more.`, {
        fix: "Find out what removes files from this folder, and run the seed again.",
      });
    }),
  );
}

/** Throws unless the files are still as they were before they were read. */
export async function expectUnchanged(
  host: Pick<SourceHost, "facts">,
  paths: readonly string[],
  before: readonly FileFacts[],
): Promise<void> {
  const after = await lookAtFiles(host, paths);
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  throw new SeedbedError("dump-files-changed", `A dump file changed while it was read: ${paths.join(", ")}.`, {
    fix: "Find out what else writes to this folder, and run the seed again.",
  });
}
