import type { GitHub } from "../../world/github/github.ts";
import type { World } from "../../world/world.ts";

/** The stand-in for Fleet: it applies the manifests that are on main, and nothing else. */
export interface Fleet {
  /** Resolves when the manifests now on main have been applied. */
  caughtUp(): Promise<void>;
  close(): Promise<void>;
}

/** Polls main as Fleet does and syncs a database when its manifests changed. */
export function startFleet(github: GitHub, world: World): Fleet {
  const { git } = github.state;
  let seen = "";
  let stopped = false;
  const carryOut = async (): Promise<void> => {
    const tree = await git.resolve("refs/heads/main:environments/hr/manifests");
    if (tree === null || tree === seen) return;
    const entries = await git.tree(tree, false);
    const files = entries.map(async ({ path, sha }) => ({
      path: `environments/hr/manifests/${path}`,
      text: (await git.readBlob(sha)).toString("utf8"),
    }));
    await world.cluster.sync("hr", await Promise.all(files));
    seen = tree;
  };
  const loop = (async () => {
    while (!stopped) {
      await carryOut();
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  })();
  return {
    caughtUp: async () => {
      while ((await git.resolve("refs/heads/main:environments/hr/manifests")) !== seen)
        await new Promise((resolve) => setTimeout(resolve, 100));
    },
    close: async () => {
      stopped = true;
      await loop;
    },
  };
}
