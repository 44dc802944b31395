import { hasMergeQueue, mergePull } from "./merge.ts";
import { brokenRulesOfMerge, refusedMethod } from "./rules.ts";
import type { Account, AutoMerges, MergeMethod, Pull, State } from "./state.ts";
import { viewPull, viewSender } from "./views.ts";

/**
 * GitHub's auto-merge: "the pull request will merge automatically when all required reviews are met and all required status checks have passed" (docs.github.com,
 * Automatically merging a pull request). It never updates a branch that is behind (macanderson/stella#1527).
 */
export class QueuedMerges implements AutoMerges {
  private readonly getState: () => State;
  private running = false;
  private again = false;

  constructor(getState: () => State) {
    this.getState = getState;
  }

  /** Why GitHub does not enable it, in its words; null if it does. */
  async whyNot(pull: Pull, method: MergeMethod): Promise<string | null> {
    const state = this.getState();
    if (!state.allowAutoMerge) return "Auto merge is not allowed for this repository";
    if (pull.state !== "open") return "Pull request Pull request is closed";
    const refused = refusedMethod(state, pull, method);
    if (refused !== null) return `Pull request ${refused}`;
    const isProtected =
      pull.baseBranch === state.defaultBranch && state.plan !== "free" && state.ruleset.rules.length > 0;
    if (!isProtected) return "Pull request Protected branch rules not configured for this branch";
    return (await this.isReady(pull, method)) ? "Pull request Pull request is in clean status" : null;
  }

  enable(pull: Pull, { by, method }: { by: Account; method: MergeMethod }): void {
    pull.autoMerge = { by, method };
    this.tell(pull, by, { action: "auto_merge_enabled" });
  }

  disable(pull: Pull, by: Account, reason?: string): void {
    if (pull.autoMerge === null) return;
    pull.autoMerge = null;
    this.tell(pull, by, { action: "auto_merge_disabled", ...(reason === undefined ? {} : { reason }) });
  }

  /** A merge changes what can be merged, and ends here again: that is looked at in another round. */
  async refresh(): Promise<void> {
    this.again = true;
    if (this.running) return;
    this.running = true;
    try {
      while (this.again) await this.round();
    } finally {
      this.running = false;
    }
  }

  private async round(): Promise<void> {
    this.again = false;
    const state = this.getState();
    for (const pull of state.pulls) {
      const { autoMerge } = pull;
      if (autoMerge === null || !(await this.isReady(pull, autoMerge.method))) continue;
      if (!hasMergeQueue(state, pull)) await mergePull(state, { pull, ...autoMerge, sha: pull.headSha });
      else if ((await state.queue.whyNot(pull)) === null) await state.queue.add(pull, autoMerge.by);
    }
  }

  private async isReady(pull: Pull, method: MergeMethod): Promise<boolean> {
    const state = this.getState();
    const base = await state.git.resolve(`refs/heads/${pull.baseBranch}`);
    if (pull.state !== "open" || pull.draft || base === null) return false;
    if (!hasMergeQueue(state, pull) && refusedMethod(state, pull, method) !== null) return false;
    if ((await brokenRulesOfMerge(state, pull, base)).length > 0) return false;
    return (await state.git.mergeTree(base, pull.headSha)) !== null;
  }

  private tell(pull: Pull, by: Account, what: { action: string; reason?: string }): void {
    const state = this.getState();
    state.webhooks.send("pull_request", {
      ...what,
      number: pull.number,
      pull_request: viewPull(state, pull),
      ...viewSender(state, by),
    });
  }
}
