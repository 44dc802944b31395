import { chmod, lchown, mkdir, readdir, readlink, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

let version = 0;

/** `group` is that of the pod's volumes; only root can give files to it. */
export interface Access {
  mode: number;
  group?: number;
}

/**
 * Puts files into a mounted folder as kubelet does: a new folder beside the old one, then one rename of the link `..data`,
 * so that a reader sees the old or the new version and never a mixture.
 */
export async function projectFiles(folder: string, files: Map<string, string>, access: Access): Promise<void> {
  await mkdir(folder, { recursive: true });
  version += 1;
  const name = `..2026_11_22_00_00_00.${String(version).padStart(9, "0")}`;
  for (const [path, text] of files) {
    const file = join(folder, name, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    // The process's mask does not count.
    await chmod(file, access.mode);
    if (access.group !== undefined) await lchown(file, 0, access.group);
  }
  await mkdir(join(folder, name), { recursive: true });
  const before = await readlink(join(folder, "..data")).catch(() => null);
  await symlink(name, join(folder, "..data_tmp"));
  await rename(join(folder, "..data_tmp"), join(folder, "..data"));
  await linkTop(folder, new Set([...files.keys()].map((path) => path.split("/")[0]!)));
  if (before !== null) await rm(join(folder, before), { recursive: true });
}

async function linkTop(folder: string, wanted: Set<string>): Promise<void> {
  const present = (await readdir(folder)).filter((name) => !name.startsWith(".."));
  for (const name of wanted) if (!present.includes(name)) await symlink(join("..data", name), join(folder, name));
  for (const name of present) if (!wanted.has(name)) await rm(join(folder, name));
}
