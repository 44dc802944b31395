import { folderOf, databaseFileOf } from "../../../src/layout/database-folder.ts";
import type { ChangedFile } from "../../hub/pulls.ts";
import { STICKY_MARKER } from "./sticky.ts";

/**
 * Whether a merged pull request leaves a request on main that it changed: reconciling main then writes its comment. It writes
 * none where only manifests were rendered again.
 */
export function leavesRequest(files: readonly ChangedFile[]): boolean {
  const retired = new Set(files.filter(({ status }) => status === "removed").map(({ path }) => path));
  const ours = files.flatMap(({ path }) => databaseFileOf(path) ?? []);
  return ours.some(({ database, generated }) => !generated && !retired.has(folderOf(database).request));
}

/** The status in the heading of an open pull request's comment; those that reconciling main writes have none there. */
const STATUS = /^(### Seedbed: .* · ).*$/m;

/** The bot's comment with its status and next step as they are once the pull request is closed. */
export function closeComment(body: string, merged: boolean): string {
  // Of two merged pull requests with the same commit, main may write to the one that has no request: changing its text here
  // would make it write again, without end.
  if (!body.startsWith(STICKY_MARKER) || !STATUS.test(body)) return body;
  const [status, next] = merged
    ? ["✅ merged", "nothing to do here."]
    : ["closed without a merge", "nothing; reopen the pull request to have it checked again."];
  return body
    .replace(STATUS, (_, heading: string) => `${heading}${status}`)
    .replace(/^\*\*Next:\*\* .*$/m, `**Next:** ${next}`);
}
