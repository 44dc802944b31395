import { viewPull, viewSender } from "./views.ts";
import type { Account, State } from "./state.ts";

export interface NewTip {
  ref: string;
  /** The commit that the branch has now. */
  after: string;
  actor: Account;
}

/** GitHub marks every open pull request as merged whose head has become part of its base, by whatever way it got there. */
export async function closeContainedPulls(state: State, { ref, after, actor }: NewTip): Promise<void> {
  for (const pull of state.pulls) {
    if (pull.state !== "open" || `refs/heads/${pull.baseBranch}` !== ref) continue;
    if (!(await state.git.isAncestor(pull.headSha, after))) continue;
    Object.assign(pull, { state: "closed", mergedAt: state.now(), mergedBy: actor, mergeCommit: after });
    state.webhooks.send("pull_request", {
      action: "closed",
      number: pull.number,
      pull_request: viewPull(state, pull),
      ...viewSender(state, actor),
    });
  }
}
