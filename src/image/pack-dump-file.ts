import type { DumpFileTransfer } from "../transfer/dump-file-transfer.ts";
import { IMAGE_ROOT } from "./layer-files.ts";
import { tarEnd, tarPadding, tarPrologue } from "./tar-header.ts";

/** The tar of one dump file as a stream: header, bytes, padding, end. The transfer's errors are passed on. */
export async function* packDumpFile(file: DumpFileTransfer): AsyncGenerator<Buffer> {
  yield tarPrologue({ path: `${IMAGE_ROOT}/dump/${file.name}`, bytes: file.bytes, mode: 0o644 });
  yield* file.read();
  yield Buffer.concat([tarPadding(file.bytes), tarEnd()]);
}
