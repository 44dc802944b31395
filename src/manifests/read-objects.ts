import { parseAllDocuments } from "yaml";
import { isKubernetesObject } from "./manifest-documents.ts";
import type { RenderedFile } from "./rendered-file.ts";

/** A plan looks at the same files many times, and to parse them is most of its work. */
const known = new WeakMap<RenderedFile, readonly (readonly [name: string, value: unknown])[]>();

/** Every object of rendered files by its name: `StatefulSet/oracle`, or `fleet.yaml`. Nobody may change them. */
export function readObjects(files: readonly RenderedFile[]): Map<string, unknown> {
  return new Map(files.flatMap((file) => objectsOf(file)));
}

function objectsOf(file: RenderedFile): readonly (readonly [name: string, value: unknown])[] {
  const read = known.get(file);
  if (read !== undefined) return read;
  const documents = parseAllDocuments(file.text);
  const values = "empty" in documents ? [] : documents.map((document) => document.toJS() as unknown);
  const objects = values.map((value) => [nameOf(value, file.path), value] as const);
  known.set(file, objects);
  return objects;
}

function nameOf(value: unknown, path: string): string {
  return isKubernetesObject(value) ? `${value.kind}/${value.metadata.name}` : (path.split("/").at(-1) ?? path);
}
