import type { Logger } from "pino";
import { auditPushes } from "./audit-pushes.ts";
import type { Hub } from "../hub/hub.ts";

const DAY = 24 * 60 * 60_000;
/** A new process reads this far back: what was reported is found in the comments. */
const FIRST = 30 * DAY;

/** What reports who updated main: after each update, and otherwise once a day. */
export function reconcilePushesWith(log: Pick<Logger, "warn">): (hub: Hub, pushed?: boolean) => Promise<void> {
  let last: { head: string | null; at: number } | null = null;
  const approved = new Set<string>();
  return async (hub, pushed = false) => {
    const { defaultBranch } = hub.repository;
    const head = await hub.git.head(defaultBranch);
    const now = await hub.gitHubTime();
    if (!pushed && last !== null && last.head === head && last.at > now - DAY) return;
    // Without rules there is nothing to get past: everybody pushes, and nothing is signed. Reported once there are rules.
    if ((await hub.people.branchRules(defaultBranch)) === null) return;
    const since = last === null ? now - FIRST : last.at - DAY;
    const latest = await auditPushes(hub, { log, since, approved });
    // GitHub's list is sometimes behind the branch: then it is read again the next time.
    // None at all is an answer only where nothing was pushed since.
    if (latest === head || (latest === null && last?.head === head) || head === null) last = { head, at: now };
  };
}
