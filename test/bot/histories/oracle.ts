import { BYPASS_ISSUE } from "../../../bot/reconcile/audit-pushes.ts";
import { markNote } from "../../../bot/write/write-comments.ts";
import type { Activity } from "../../world/github/state.ts";
import type { Login, Play } from "./play.ts";

const DBAS: readonly Login[] = ["grace", "lin"];
const BOT = "seedbed[bot]";

/** What became of one update of main. */
export interface Judged {
  update: Activity;
  /** Paths that nobody with a say was shown as they are on main now. */
  uncovered: string[];
  changed: number;
  alarmed: boolean;
}

/**
 * Judges every update of main by what people were shown, and not by anything that the bot says: somebody who may approve has
 * approved a page of that very pull request that showed this path, from what main had to what main has.
 */
export async function judgeHistory(play: Play): Promise<Judged[]> {
  const issue = play.state.issues.find(({ title }) => title === BYPASS_ISSUE)?.number;
  const notes = play.state.comments.filter(({ issue: number }) => number === issue).map(({ body }) => body);
  const judged: Judged[] = [];
  for (const update of play.state.activity) {
    if (update.ref !== "refs/heads/main" || update.actor?.login === BOT) continue;
    const difference = await play.difference(update.before, update.after);
    const uncovered = [...difference].flatMap(([path, blobs]) => (isCovered(play, update, path, blobs) ? [] : [path]));
    const alarmed = notes.some((body) => body.startsWith(markNote(`push-${update.id}`)));
    judged.push({ update, uncovered, changed: difference.size, alarmed });
  }
  return judged;
}

function isCovered(play: Play, { after }: Activity, path: string, [before, now]: [string, string]): boolean {
  // What programs write is theirs to compare; no page can approve a lock or a permit.
  if (path.endsWith("/seed.lock.yaml") || path.endsWith("/approval.yaml")) return false;
  if (path.includes("/manifests/")) return true;
  const merged = play.state.pulls.filter(({ mergeCommit }) => mergeCommit === after);
  return play.shown.some(({ pull, by, paths }) => {
    const own = merged.find(({ number }) => number === pull);
    if (own === undefined || own.author.login === by) return false;
    const may = path.startsWith(".github/") ? by === "root" : DBAS.includes(by);
    const [from, to] = paths.get(path) ?? [];
    return may && from === before && to === now;
  });
}
