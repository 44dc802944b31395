import type { CheckOutput } from "../../hub/checks.ts";
import type { PullState } from "./pull-state.ts";

/**
 * Whether the bot merges main into the branch: every check is green, somebody has switched auto-merge on, and all that GitHub
 * still wants is a branch that contains main's tip. The bot's own commits on main would otherwise keep everybody waiting.
 */
export function mayUpdate({ pull, merge, repository }: PullState, checks: readonly CheckOutput[]): boolean {
  const ours = pull.head.repositoryId === repository.id && pull.base.branch === repository.defaultBranch;
  const green = checks.every(({ conclusion }) => conclusion === "success");
  return pull.autoMerge && !pull.draft && ours && green && merge.kind === "tested";
}
