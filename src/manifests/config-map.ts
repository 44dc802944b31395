import { SeedbedError } from "../problem/error.ts";
import { compareBytes } from "../text/order.ts";
import type { KubernetesObject } from "./manifest-input.ts";
import type { RenderedFile } from "./rendered-file.ts";

/** A ConfigMap with every file; `metadata` is complete. Paths become keys, see `configKey`. */
export function renderConfigMap(
  metadata: KubernetesObject["metadata"],
  files: readonly RenderedFile[],
): KubernetesObject {
  const data = Object.fromEntries(sortFiles(files).map((file) => [configKey(file.path), file.text]));
  return { apiVersion: "v1", kind: "ConfigMap", metadata, data };
}

/**
 * The volume that maps every key of such a ConfigMap back to its path. Paths in `slots` are listed whether there is a
 * file or not, so that adding or removing such a file does not change the pod: missing keys are ignored.
 */
export function renderConfigVolume(
  name: string,
  files: readonly RenderedFile[],
  slots: readonly string[] = [],
): object {
  const free = slots.filter((slot) => files.every((file) => file.path !== slot));
  const all = sortFiles([...files, ...free.map((path) => ({ path, text: "" }))]);
  const items = all.map((file) => ({ key: configKey(file.path), path: file.path }));
  return {
    name,
    configMap: {
      name,
      defaultMode: 0o444,
      ...(slots.length === 0 ? {} : { optional: true }),
      ...(items.length === 0 ? {} : { items }),
    },
  };
}

/** The keys of a ConfigMap have no slash: `sql/10-prepare.sql` is `sql.10-prepare.sql`. */
function configKey(path: string): string {
  return path.replaceAll("/", ".");
}

function sortFiles(files: readonly RenderedFile[]): RenderedFile[] {
  const keys = new Map<string, string>();
  for (const { path } of files) {
    const other = keys.get(configKey(path));
    if (other !== undefined || !/^[-._a-zA-Z0-9]+(\/[-._a-zA-Z0-9]+)*$/.test(path) || path.split("/").includes(".."))
      throw new SeedbedError(
        "config-path-invalid",
        `"${path}" cannot be a file of a ConfigMap${other ? ` beside "${other}"` : ""}.`,
        {
          fix: "This is a bug in Seedbed's renderer of the container configuration. Please report it.",
        },
      );
    keys.set(configKey(path), path);
  }
  return files.toSorted((a, b) => compareBytes(a.path, b.path));
}
