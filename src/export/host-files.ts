import type { SourceHost } from "../ports.ts";

/** A log of millions of lines is no log of an export; reading stops here. */
const LARGEST_LOG_BYTES = 256 * 1024 * 1024;

/** A file of a folder on the source, which may be a Windows host. */
export function joinPath(folder: string, name: string): string {
  const separator = folder.includes("\\") && !folder.includes("/") ? "\\" : "/";
  return folder.endsWith(separator) ? folder + name : folder + separator + name;
}

/** The whole text of a log, null when there is no such file. */
export async function readText(host: SourceHost, path: string, signal: AbortSignal): Promise<string | null> {
  const expected = await host.facts(path);
  if (expected === null || expected.bytes > LARGEST_LOG_BYTES) return null;
  const pieces: Buffer[] = [];
  for await (const piece of host.read(path, { expected, signal })) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}
