import { folderOf, placeOf } from "../../src/layout/database-folder.ts";
import { STICKY_MARKER } from "./sticky.ts";

/** A file that a pull request changes. */
export interface ChangedFile {
  path: string;
  status: string;
}

/** Whether a merged pull request leaves a request on main: the look at main then writes its comment. */
export function leavesRequest(files: readonly ChangedFile[]): boolean {
  const retired = new Set(files.filter(({ status }) => status === "removed").map(({ path }) => path));
  const databases = files.flatMap(({ path }) => placeOf(path)?.database ?? []);
  return databases.some((database) => !retired.has(folderOf(database).request));
}

/** The bot's comment with its status and next step as they are once the pull request is closed. */
export function closeComment(body: string, merged: boolean): string {
  if (!body.startsWith(STICKY_MARKER)) return body;
  const [status, next] = merged
    ? ["✅ merged", "nothing to do here."]
    : ["closed without a merge", "nothing; reopen the pull request to have it checked again."];
  return body
    .replace(/^(### Seedbed: .* · ).*$/m, (_, heading: string) => `${heading}${status}`)
    .replace(/^\*\*Next:\*\* .*$/m, `**Next:** ${next}`);
}
