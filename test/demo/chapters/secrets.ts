import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { findCanaries } from "../../world/canaries.ts";
import type { Stage } from "../stage.ts";

/** Every secret of this world is one that nobody else has: it must turn up nowhere. */
export async function searchSecrets(stage: Stage): Promise<void> {
  const { tell, world } = stage;
  const folders = ["databases", "pulled", "cluster/hr/images", "registry"];
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
    what: "no secret anywhere",
    observed: `6 secrets searched in ${files} files, in everything printed and in the container's log: ${found.length === 0 ? "none" : found.join("; ")}`,
    where: folders.map((folder) => `${folder}/`).join(", "),
    holds: found.length === 0 && files > 20,
  });
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
