import { digestOfBytes, digestOfJson, type Digest } from "../digests/digest.ts";
import { SeedbedError } from "../error.ts";
import type { Tree } from "../ports.ts";

/** A file of the runtime layer; `path` is below /opt/seedbed. */
export interface RuntimeFile {
  path: string;
  mode: number;
  text: string;
}

/** Every file of the runtime, sorted bytewise. The tree's top is the folder `runtime`; programs are what starts with `#!`. */
export async function runtimeFiles(tree: Tree): Promise<RuntimeFile[]> {
  const paths = await tree.list("");
  const files = await Promise.all(paths.map(async (path) => runtimeFile(path, await tree.read(path))));
  if (!files.some(({ path, mode }) => path === "entrypoint.sh" && mode === 0o755)) throw incomplete("entrypoint.sh");
  return files;
}

/** Over paths, modes and texts: another digest means that the container runs other files. */
export function digestOfRuntime(files: RuntimeFile[]): Digest {
  const rows = files.map(({ path, mode, text }) => [path, { mode, text: digestOfBytes(text) }]);
  return digestOfJson(Object.fromEntries(rows));
}

function runtimeFile(path: string, text: string | null): RuntimeFile {
  if (text === null) throw incomplete(path);
  return { path, text, mode: text.startsWith("#!") ? 0o755 : 0o644 };
}

function incomplete(path: string): SeedbedError {
  return new SeedbedError("runtime-incomplete", `The container's runtime has no ${path}.`, {
    fix: "Install or build Seedbed again: its bundle is incomplete.",
  });
}
