import { SeedbedError } from "../problem/error.ts";
import type { SourceHost } from "../ports/source-host.ts";

/** An export's log does not have millions of lines; reading stops here. */
const LARGEST_LOG_BYTES = 256 * 1024 * 1024;

/** A file of a folder on the source, which may be a Windows host. */
export function joinPath(folder: string, name: string): string {
  const separator = folder.includes("\\") && !folder.includes("/") ? "\\" : "/";
  return folder.endsWith(separator) ? folder + name : folder + separator + name;
}

/** The log of a running job may grow while it is read; number of retries. */
const ATTEMPTS = 3;

/** The whole text of a log, null when there is no such file or it keeps changing. */
export async function readText(host: SourceHost, path: string, signal: AbortSignal): Promise<string | null> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const expected = await host.facts(path);
    if (expected === null || expected.bytes > LARGEST_LOG_BYTES) return null;
    try {
      return await readAll(host.read(path, { expected, signal }));
    } catch (error) {
      mustBeChange(error);
    }
  }
  return null;
}

function mustBeChange(error: unknown): void {
  if (!(error instanceof SeedbedError && error.code === "source-file-changed")) throw error;
}

async function readAll(bytes: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}
