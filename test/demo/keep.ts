import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { World } from "../world/world.ts";
import type { Platform } from "./platform/platform.ts";
import { keepPages } from "./tell-pull-request.ts";

/** Saves `world.json` and the pages that people saw, while the simulated world is still running. */
export async function keepAccounts(world: World, platform: Platform | null): Promise<void> {
  const github = platform === null ? {} : await platform.counts();
  const counts = { ...(await world.counts()), ...github };
  await writeFile(join(world.folder, "world.json"), `${JSON.stringify(counts, null, 2)}\n`);
  if (platform !== null) await keepPages(platform);
}

/** Links to what hr's container left: its journal, its volume, and its root file system. */
export async function keepContainer(world: World): Promise<void> {
  const { digest } = world.cluster.database("hr").pod;
  if (digest === null) return;
  const ways = {
    "journal.jsonl": "journal.jsonl",
    volume: "volume",
    rootfs: `images/${digest.slice("sha256:".length)}`,
  };
  for (const [name, place] of Object.entries(ways)) await symlink(join("cluster/hr", place), join(world.folder, name));
}
