import { parseApproval } from "../../../src/permit/parse-approval.ts";
import { folderOf } from "../../../src/database/database-folder.ts";
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
  const text = await readOr((await hub.git.treeAt(before.sha)).read(path), null);
  const verified = text === null ? null : parseApproval(Buffer.from(text), settings.approval.keys);
  if (!verified?.ok || verified.permit.cause !== "review" || verified.permit.work === "apply") return null;
  const { generation, evidence } = verified.permit;
  const { standing } = db;
  if (standing.kind === "none" || standing.kind === "broken" || isSamePull(standing.permit, evidence.pull)) return null;
  const used = await readGeneration(hub, db.database, newest.sha);
  return used < generation ? { pull: Number(evidence.pull), generation } : null;
}

function isSamePull({ evidence }: { evidence: object }, pull: string): boolean {
  return "pull" in evidence && evidence.pull === pull;
}

/** The highest generation in the lock at a commit. */
async function readGeneration(hub: Hub, database: string, commit: string): Promise<number> {
  const lock = await readLock(await hub.git.treeAt(commit), database);
  return highestGeneration(lockOf({ database, lock }));
}
