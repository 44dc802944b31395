import { randomBytes } from "node:crypto";
import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Log } from "../../src/ports/log.ts";
import type { FileFacts, SourceHost } from "../../src/ports/source-host.ts";
import { DumpFileTransfer } from "../../src/transfer/dump-file-transfer.ts";
import { sha256 } from "./ssh-setup.ts";

/** A dump file of random bytes, with what the host says about it. */
export async function writeDump(folder: string, bytes: number, name = "x.dmp") {
  const content = randomBytes(bytes);
  await writeFile(join(folder, name), content);
  const { mtimeMs } = await stat(join(folder, name));
  const expected = { bytes, modified: Math.floor(mtimeMs / 1000) };
  return { content, expected, path: `/dump/${name}`, sha256: sha256(content) };
}

/** A dump file that `writeDump` wrote, as the use cases read it. */
export function transferOf(
  host: SourceHost,
  { path, expected }: { path: string; expected: FileFacts },
  { log, signal }: { log: Log; signal: AbortSignal },
): DumpFileTransfer {
  const open = () => host.read(path, { expected, signal });
  return new DumpFileTransfer({ name: path.split("/").at(-1)!, bytes: expected.bytes, open }, log);
}
