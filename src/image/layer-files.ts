import { SeedbedError } from "../problem/error.ts";
import type { RenderedFile } from "../manifests/rendered-file.ts";
import { compareBytes } from "../text/order.ts";
import { tarEnd, tarPadding, tarPrologue } from "./tar-header.ts";

/** A small file of a layer; `path` is relative to /opt/seedbed. */
export interface ImageFile extends RenderedFile {
  mode: number;
}

/** The folder of all Seedbed files in an image, as in tar member names. */
export const IMAGE_ROOT = "opt/seedbed";

/**
 * Packs files into a layer's tar, sorted bytewise. Only Seedbed's own directories are members: one for `opt/` would replace
 * the base's, and without the others older engines create them with mode 0600 (moby/moby pkg/archive/diff.go), so that
 * the image's user could not read them.
 */
export function packFiles(files: ImageFile[], directories: string[] = []): Buffer {
  files.forEach((file) => checkPath(file.path));
  const members = new Map<string, { mode: number; bytes: Buffer }>();
  for (const directory of [...directories, ...parentsOf(files)])
    members.set(`${memberPath(directory)}/`, { mode: 0o755, bytes: Buffer.alloc(0) });
  for (const file of files) {
    const path = memberPath(file.path);
    if (members.has(path)) throw new TypeError(`Two files of a layer have the path ${path}.`);
    members.set(path, { mode: file.mode, bytes: Buffer.from(file.text, "utf8") });
  }
  const sorted = [...members].sort(([a], [b]) => compareBytes(a, b));
  const blocks = sorted.flatMap(([path, { mode, bytes }]) => [
    tarPrologue({ path, mode, bytes: bytes.length }),
    bytes,
    tarPadding(bytes.length),
  ]);
  return Buffer.concat([...blocks, tarEnd()]);
}

function memberPath(path: string): string {
  return path === "" ? IMAGE_ROOT : `${IMAGE_ROOT}/${path}`;
}

/** The folders of the files, without /opt/seedbed itself, which the first layer contains. */
function parentsOf(files: ImageFile[]): Set<string> {
  const parents = new Set<string>();
  for (const { path } of files) {
    const parts = path.split("/").slice(0, -1);
    parts.forEach((_, index) => parents.add(parts.slice(0, index + 1).join("/")));
  }
  return parents;
}

function checkPath(path: string): void {
  const isPlain = path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
  if (isPlain && !/[\p{Cc}\\]/u.test(path)) return;
  throw new SeedbedError("image-path-invalid", `${JSON.stringify(path)} is not a valid path of a file in an image.`, {
    fix: "Use a relative path without empty parts, dots as parts, backslashes or control characters.",
  });
}
