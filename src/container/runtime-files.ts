import { SeedbedError } from "../problem/error.ts";
import { compareBytes } from "../text/order.ts";

/** A file of the runtime layer; `path` is below /opt/seedbed. */
export interface RuntimeFile {
  path: string;
  mode: number;
  text: string;
}

/** The runtime layer's files, sorted bytewise, from path below `runtime/` to text. A file that starts with `#!` is executable. */
export function runtimeFiles(texts: Record<string, string>): RuntimeFile[] {
  const files = Object.entries(texts).map(([path, text]) => ({
    path,
    text,
    mode: text.startsWith("#!") ? 0o755 : 0o644,
  }));
  const isWhole = ["entrypoint.sh", "lib/machine.sh", "lib/hook.sh"].every((path) => texts[path]?.startsWith("#!"));
  if (!isWhole)
    throw new SeedbedError(
      "runtime-incomplete",
      "The container's runtime lacks entrypoint.sh, lib/machine.sh or lib/hook.sh.",
      {
        fix: "Install or build Seedbed again, because its bundle is incomplete.",
      },
    );
  return files.toSorted((a, b) => compareBytes(a.path, b.path));
}
