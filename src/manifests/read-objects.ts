import { parseAllDocuments } from "yaml";
import { isKubernetesObject } from "./manifest-documents.ts";
import type { RenderedFile } from "./rendered-file.ts";

/** Every object of rendered files by its name: `StatefulSet/oracle`, or `fleet.yaml`. */
export function readObjects(files: readonly RenderedFile[]): Map<string, unknown> {
  const objects = new Map<string, unknown>();
  for (const file of files) {
    const documents = parseAllDocuments(file.text);
    for (const document of "empty" in documents ? [] : documents) {
      const value = document.toJS() as unknown;
      objects.set(nameOf(value, file.path), value);
    }
  }
  return objects;
}

function nameOf(value: unknown, path: string): string {
  return isKubernetesObject(value) ? `${value.kind}/${value.metadata.name}` : (path.split("/").at(-1) ?? path);
}
