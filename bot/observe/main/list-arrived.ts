import type { Hub } from "../../hub/hub.ts";

/** A way along main, which `to` is later on; `most` commits of it are read. */
export interface WayOfMain {
  from: string;
  to: string;
  most: number;
}

/** The commits that main went through after `from`, the newest first; null if they do not lead from one to the other, or are more. */
export async function listArrived(hub: Hub, { from, to, most }: WayOfMain): Promise<string[] | null> {
  const found: string[] = [];
  for (let sha: string | undefined = to; sha !== from; [sha] = await hub.git.parents(sha)) {
    if (sha === undefined || found.length === most) return null;
    found.push(sha);
  }
  return found;
}
