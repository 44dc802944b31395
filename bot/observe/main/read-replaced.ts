import { folderOf } from "../../../src/layout/database-folder.ts";
import { readPermit } from "../../../src/permit/read-permit.ts";
import { highestGeneration } from "../../../src/lock/advance-lock.ts";
import { lockOf, readLock } from "../../../src/database/read-folder.ts";
import type { Settings } from "../../../src/settings/settings.ts";
import type { Hub } from "../../hub/hub.ts";
import type { DatabaseState } from "../../decide/main/main-state.ts";
import { readOr } from "./unreadable.ts";

/** A permit of an earlier pull request that was replaced before any run used it. */
export interface ReplacedPermit {
  pull: number;
  generation: number;
}

/** The unused permit that the current one replaced, if it came from another pull request, where people still expect news. */
export async function readReplaced(
  hub: Hub,
  db: DatabaseState,
  { head, settings }: { head: string; settings: Settings },
): Promise<ReplacedPermit | null> {
  const path = folderOf(db.database).approval;
  const [newest, before] = await hub.git.history({ ref: head, path, limit: 2 });
  if (newest === undefined || before === undefined) return null;
  const approval = await readOr((await hub.git.treeAt(before.sha)).read(path), null);
  const { keys } = settings.approval;
  const file = { approval, keys, database: db.database, repositoryId: hub.repository.id, lock: null };
  const { permit } = readPermit(file);
  if (permit?.cause !== "review" || permit.work === "apply") return null;
  const { generation, evidence } = permit;
  const current = db.verdict.permit;
  if (current === null || isSamePull(current, evidence.pull)) return null;
  const used = await readGeneration(hub, db.database, newest.sha);
  return used < generation ? { pull: Number(evidence.pull), generation } : null;
}

function isSamePull({ evidence }: { evidence: object }, pull: string): boolean {
  return "pull" in evidence && evidence.pull === pull;
}

/** The highest generation in the lock at a commit. */
async function readGeneration(hub: Hub, database: string, commit: string): Promise<number> {
  const lock = await readOr(readLock(await hub.git.treeAt(commit), database), null);
  return highestGeneration(lockOf({ database, lock }));
}
