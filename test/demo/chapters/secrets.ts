import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { CANARIES, findCanaries } from "../../world/canaries.ts";
import type { Stage } from "../stage.ts";

/** Searches everything that was written or printed for the secrets, each of which is a unique string. */
export async function searchSecrets(stage: Stage): Promise<void> {
  const { tell, world } = stage;
  const folders = ["databases", "pulled", "cluster/hr/images", "cluster/hr/volume", "registry"];
  let files = 0;
  const found: string[] = findCanaries(stage.printed).map((name) => `${name} in the output`);
  for (const folder of folders)
    for (const path of await listFiles(join(world.folder, folder))) {
      files += 1;
      const text = (await readFile(path)).toString("latin1");
      found.push(...findCanaries(text).map((name) => `${name} in ${path.slice(world.folder.length + 1)}`));
    }
  const log = (await stage.database.pod.log()).toString("utf8");
  found.push(...findCanaries(log).map((name) => `${name} in the container's log`));
  tell.prove({
    what: "no secret in files, output or logs",
    observed: `searched ${files} files, all output and the container's log for ${Object.keys(CANARIES).length} secrets, found: ${found.length === 0 ? "none" : found.join("; ")}`,
    where: folders.map((folder) => `${folder}/`).join(", "),
    holds: found.length === 0 && files > 20,
  });
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  // The stand-in keeps its accounts in the control file, with their passwords, where a database has verifiers.
  const files = entries.filter((entry) => entry.isFile() && entry.name !== "control01.ctl");
  return files.map((entry) => join(entry.parentPath, entry.name));
}
