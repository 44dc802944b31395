import { type Entry, fromBufferPromise, type ZipFile } from "yauzl";
import { messageOf } from "../../../src/problem/error.ts";
import { decodeUtf8 } from "../../../src/text/utf8.ts";
import { MAX_RESULT_BYTES, type ArtifactText } from "../../decide/main/results/artifact-text.ts";

const NAME = "seed-result.json";
const TYPE_MASK = 0o170000;
const REGULAR = 0o100000;

/** Reads a zip made by a runner, which may be compromised: it must hold one regular file, small and UTF-8. */
export async function readArtifact(zip: Uint8Array): Promise<ArtifactText> {
  if (zip.byteLength > MAX_RESULT_BYTES) return wrong(`the zip has ${zip.byteLength} bytes, more than 1 MiB`);
  try {
    const file = await fromBufferPromise(Buffer.from(zip), {
      lazyEntries: true,
      autoClose: false,
      strictFileNames: true,
    });
    return await readOnly(file);
  } catch (error) {
    // Any error of the zip reader means that the zip is bad, not that the bot failed.
    return wrong(`the zip cannot be read: ${messageOf(error)}`);
  }
}

async function readOnly(file: ZipFile): Promise<ArtifactText> {
  const entries: Entry[] = [];
  for await (const entry of file.eachEntry()) {
    entries.push(entry);
    if (entries.length > 1) return wrong("the zip contains more than one file");
  }
  const [entry] = entries;
  if (entry === undefined) return wrong("the zip contains no file");
  const problem = checkEntry(entry);
  if (problem !== null) return wrong(problem);
  const stream = await file.openReadStreamPromise(entry);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // The declared size of an entry may be wrong.
    if (bytes > MAX_RESULT_BYTES) return wrong(`${NAME} has more than 1 MiB`);
    chunks.push(chunk);
  }
  return decode(Buffer.concat(chunks));
}

function checkEntry(entry: Entry): string | null {
  if (entry.fileName !== NAME) return `the zip contains ${JSON.stringify(entry.fileName)} instead of ${NAME}`;
  // The upper half holds the Unix mode; zips made on other systems have zero there.
  const type = (entry.externalFileAttributes >>> 16) & TYPE_MASK;
  if (type !== 0 && type !== REGULAR) return `${NAME} is not a regular file`;
  if (entry.isEncrypted()) return `${NAME} is encrypted`;
  return entry.uncompressedSize > MAX_RESULT_BYTES ? `${NAME} has more than 1 MiB` : null;
}

function decode(bytes: Buffer): ArtifactText {
  const text = decodeUtf8(bytes);
  return text === null ? wrong(`${NAME} is not UTF-8`) : { ok: true, text };
}

function wrong(why: string): ArtifactText {
  return { ok: false, why };
}
