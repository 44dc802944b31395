import { closeContainedPulls } from "./indirect-merges.ts";
import { judgeApprovals, type Change } from "./stale-reviews.ts";
import { viewPull, viewSender } from "./views.ts";
import { botAccount, isWriter, type Account, type Pull, type State } from "./state.ts";

/** Branches that only the merge queue makes. */
export const QUEUE_PREFIX = "refs/heads/gh-readonly-queue/";

const ZERO = "0".repeat(40);

/** A ref that has moved, and who moved it. */
export interface RefUpdate {
  ref: string;
  before: string | null;
  after: string | null;
  actor: Account;
  /** Who the activity says it was, if that is not the same. */
  shown?: Account | null;
  kind?: "push" | "pr_merge" | "merge_queue_merge";
}

/** What GitHub does after a ref moved: activity, `push`, new heads of pull requests, stale reviews dismissed. */
export async function afterRefUpdate(state: State, update: RefUpdate): Promise<void> {
  const { ref, before, after, actor } = update;
  const forced = before !== null && after !== null && !(await state.git.isAncestor(before, after));
  state.activity.push({
    id: state.nextId(),
    ref,
    before: before ?? ZERO,
    after: after ?? ZERO,
    type: activityType(update, forced),
    actor: update.shown === undefined ? actor : update.shown,
    timestamp: state.now(),
  });
  state.webhooks.send("push", {
    ref,
    before: before ?? ZERO,
    after: after ?? ZERO,
    created: before === null,
    deleted: after === null,
    forced,
    commits: [],
    pusher: { name: actor.login },
    ...viewSender(state, actor),
  });
  if (after === null) return;
  const head = forced ? "forced" : "pushed";
  for (const pull of state.pulls)
    if (follows(state, pull, ref)) await moveHead(state, pull, { after, change: { by: actor, head } });
  await closeContainedPulls(state, { ref, after, actor });
  for (const pull of state.pulls)
    if (pull.state === "open" && `refs/heads/${pull.baseBranch}` === ref)
      await judgeApprovals(state, pull, { by: actor });
  // What the queue does itself, it follows up itself.
  if (update.kind === "merge_queue_merge" || ref.startsWith(QUEUE_PREFIX)) return;
  // Groups that stand on another main cannot be merged any more.
  if (ref === `refs/heads/${state.defaultBranch}`) await state.queue.refresh();
  await state.autoMerges.refresh();
}

function activityType({ before, after, kind }: RefUpdate, forced: boolean): string {
  if (kind === "pr_merge" || kind === "merge_queue_merge") return kind;
  if (before === null) return "branch_creation";
  if (after === null) return "branch_deletion";
  return forced ? "force_push" : "push";
}

function follows(state: State, pull: Pull, ref: string): boolean {
  return (
    pull.state === "open" && pull.headRepositoryId === state.repositoryId && `refs/heads/${pull.headBranch}` === ref
  );
}

/** The branch of a pull request is somewhere else now. */
export async function moveHead(
  state: State,
  pull: Pull,
  { after, change }: { after: string; change: Change },
): Promise<void> {
  const before = pull.headSha;
  const base = await state.git.resolve(`refs/heads/${pull.baseBranch}`);
  // GitHub remembers the base as it was at the last push: commits that came from there are not the pull request's.
  Object.assign(pull, { headSha: after, baseSha: base ?? pull.baseSha, lastPusher: change.by });
  disableAutoMerge(state, pull, { by: change.by, reason: "Head branch was pushed to" });
  await judgeApprovals(state, pull, change);
  state.webhooks.send("pull_request", {
    action: "synchronize",
    number: pull.number,
    before,
    after,
    pull_request: viewPull(state, pull),
    ...viewSender(state, change.by),
  });
}

/** "If someone who does not have write permissions to the repository pushes new changes to the head branch or switches the base branch …, auto-merge will be disabled." */
export function disableAutoMerge(state: State, pull: Pull, { by, reason }: { by: Account; reason: string }): void {
  if (!isWriter(state, by)) state.autoMerges.disable(pull, by, `${reason} by a user without write access`);
}

/** GitHub's refusal to move the branch of a queued pull request; null for any other ref. */
export function whyQueued(state: State, ref: string): string | null {
  const queued = state.queue.entries.some(({ pull }) => follows(state, pull, ref));
  return queued ? "A pull request for this branch has been added to a merge queue." : null;
}

/** Whether a ref may be moved by this account outside a pull request. */
export function mayPush(state: State, ref: string, account: Account): boolean {
  if (ref.startsWith(QUEUE_PREFIX)) return false;
  if (ref !== `refs/heads/${state.defaultBranch}` || state.plan === "free") return true;
  return account.login === botAccount(state).login && bypassesRuleset(state);
}

export function bypassesRuleset(state: State): boolean {
  return state.ruleset.bypass_actors.some(
    ({ actor_id, actor_type }) => actor_type === "Integration" && actor_id === state.app.id,
  );
}
