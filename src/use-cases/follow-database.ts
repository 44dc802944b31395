import type { Wanted } from "../cluster/observation.ts";
import type { Clock } from "../ports/clock.ts";
import type { Cluster } from "../ports/cluster.ts";
import type { KnownCommits } from "./observe-database.ts";
import { readStatus, type DatabaseStatus } from "./status.ts";

export interface FollowTask {
  wanted: Wanted;
  cluster: Cluster;
  fleet: Cluster | null;
  clock: Clock;
  signal: AbortSignal;
  /** Is told each state that differs from the one before. */
  tell(status: DatabaseStatus): void;
}

const INTERVAL = 3000;
/** What is broken for so many looks is not about to mend itself: a probe, a retry or a controller had its turn. */
const LOOKS = 4;

/** Without main: a bundle that no GitRepo made is behind nothing. */
const NO_COMMITS: KnownCommits = { tip: null, has: () => false };

/** Waits until a database is open, waits for people, or stays broken; returns what it was last. */
export async function followDatabase(task: FollowTask): Promise<DatabaseStatus> {
  let said = "";
  for (let broken = 0; ;) {
    const [status] = await readStatus({ ...task, wanted: [task.wanted], knownCommits: async () => NO_COMMITS });
    const text = `${status!.health} ${status!.what}`;
    if (text !== said) task.tell(status!);
    said = text;
    broken = status!.health === "broken" ? broken + 1 : 0;
    if (["open", "stopped", "waiting"].includes(status!.health) || broken === LOOKS) return status!;
    await task.clock.sleep(INTERVAL, task.signal);
  }
}
