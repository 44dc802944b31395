import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { chmod, lchown, link, lstat, mkdir, readdir, readlink, rm, symlink } from "node:fs/promises";
import { join, posix } from "node:path";
import { PassThrough } from "node:stream";
import type { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { extract } from "tar-stream";
import type { Header } from "tar-stream";

export interface LayerToUnpack {
  file: string;
  mediaType: string;
  folder: string;
  /** Give every file to whom the layer says, as an engine does; needs root. */
  keepOwners?: boolean;
}

/** Unpacks one layer over a folder, whiteouts applied; returns the diff id: the digest of the bare tar. */
export async function unpackLayer({ file, mediaType, folder, keepOwners }: LayerToUnpack): Promise<string> {
  const hash = createHash("sha256");
  const reader = extract();
  const tee = async function* (source: AsyncIterable<Buffer>) {
    for await (const chunk of source) {
      hash.update(chunk);
      yield chunk;
    }
  };
  const feeding = pipeline(createReadStream(file), decompressor(mediaType), tee, reader);
  const unpacking = (async () => {
    for await (const entry of reader) {
      const place = await unpackEntry(folder, entry.header, entry as unknown as Readable);
      if (keepOwners && place !== null) await giveTo(place, entry.header);
    }
  })();
  await Promise.all([feeding, unpacking]);
  return `sha256:${hash.digest("hex")}`;
}

function decompressor(mediaType: string): Transform {
  if (/[.+]gzip$/.test(mediaType)) return createGunzip();
  if (/[.+]zstd$/.test(mediaType)) return createZstdDecompress();
  return new PassThrough();
}

async function giveTo(place: string, header: Header): Promise<void> {
  await lchown(place, header.uid ?? 0, header.gid ?? 0);
  // The kernel takes set-uid bits away from a file that changes hands.
  if (header.type === "file") await chmod(place, header.mode ?? 0o644);
}

/** Returns where the entry is now; null for one that only removes. */
async function unpackEntry(root: string, header: Header, content: Readable): Promise<string | null> {
  const path = posix.normalize(header.name).replace(/\/$/, "");
  const name = posix.basename(path);
  const parent = await resolveIn(root, posix.dirname(path));
  if (name.startsWith(".wh.")) {
    content.resume();
    await applyWhiteout(parent, name);
    return null;
  }
  const place = join(parent, name);
  const there = await lstat(place).catch(() => null);
  if (there !== null && !(there.isDirectory() && header.type === "directory"))
    await rm(place, { recursive: true, force: true });
  await mkdir(parent, { recursive: true });
  await writeEntry({ root, place, header, content });
  return place;
}

interface Entry {
  root: string;
  place: string;
  header: Header;
  content: Readable;
}

async function writeEntry({ root, place, header, content }: Entry): Promise<void> {
  const mode = header.mode ?? 0o644;
  switch (header.type) {
    case "file":
      await pipeline(content, createWriteStream(place, { mode }));
      // The process's mask may have taken bits away.
      return chmod(place, mode);
    case "directory":
      content.resume();
      if (place === join(root, ".")) return;
      await mkdir(place, { recursive: true });
      return chmod(place, mode);
    case "symlink":
      content.resume();
      return symlink(header.linkname ?? "", place);
    case "link":
      content.resume();
      return link(await resolveIn(root, header.linkname ?? ""), place);
    default:
      content.resume();
      throw new Error(`${header.name} is a ${String(header.type)}, which is not unpacked here`);
  }
}

/** `.wh.<name>` removes what lower layers have; `.wh..wh..opq` empties the folder (image-spec, layer.md). */
async function applyWhiteout(parent: string, name: string): Promise<void> {
  if (name !== ".wh..wh..opq") return rm(join(parent, name.slice(".wh.".length)), { recursive: true, force: true });
  for (const entry of await readdir(parent).catch(() => []))
    await rm(join(parent, entry), { recursive: true, force: true });
}

/** The path as a process in the image would see it: links are followed inside the folder, never out of it. */
async function resolveIn(root: string, path: string, depth = 0): Promise<string> {
  if (depth > 40) throw new Error(`too many links in ${path}`);
  let at = "/";
  const parts = posix.join("/", path).split("/").filter(Boolean);
  for (const [index, part] of parts.entries()) {
    const next = posix.join(at, part);
    const target = await readlink(join(root, next)).catch(() => null);
    if (target !== null) {
      const rest = parts.slice(index + 1).join("/");
      return resolveIn(root, posix.join(posix.resolve(at, target), rest), depth + 1);
    }
    at = next;
  }
  return join(root, at);
}
