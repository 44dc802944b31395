import { createHash } from "node:crypto";
import type { Account, Pull, Review, State } from "./state.ts";
import { viewSender, viewShortPull, viewReview } from "./views.ts";

/** What happened to a pull request with reviews. */
export interface Change {
  by: Account;
  /** The head is another one; else its base is, or has moved. */
  head?: "pushed" | "forced";
  /** The branch that was its base until now. */
  from?: string;
}

/**
 * "GitHub records the state of the diff at the point when a pull request is approved. … If the diff changes from this state (for example, because a contributor
 * pushes new changes to the pull request branch or clicks Update branch, or because a related pull request is merged into the target branch), the approving
 * review is dismissed as stale" (docs.github.com, About protected branches). An approval of a diff that is still the same stays, and names the new head.
 */
export async function judgeApprovals(state: State, pull: Pull, change: Change): Promise<void> {
  const approvals = state.reviews.filter((review) => review.pull === pull.number && review.state === "APPROVED");
  if (approvals.length === 0) return;
  const diff = await diffDigest(state, pull);
  for (const review of approvals) {
    const follows = change.head !== undefined && follow(state, change, review.diff === diff);
    if (follows) review.commit = pull.headSha;
    if (review.diff !== diff && !follows && dismisses(state, [pull.baseBranch, change.from]))
      dismiss(state, pull, { review, by: change.by });
  }
}

/** Which approvals GitHub points at a new head. */
function follow({ approvalsFollow }: State, { head }: Change, isSame: boolean): boolean {
  if (approvalsFollow === "anything") return true;
  return isSame && (approvalsFollow === "equal-diff" || head === "forced");
}

function dismisses(state: State, bases: (string | undefined)[]): boolean {
  if (state.plan === "free" || !bases.includes(state.defaultBranch)) return false;
  const rule = state.ruleset.rules.find(({ type }) => type === "pull_request")?.parameters;
  return rule?.["dismiss_stale_reviews_on_push"] === true;
}

function dismiss(state: State, pull: Pull, { review, by }: { review: Review; by: Account }): void {
  review.state = "DISMISSED";
  state.webhooks.send("pull_request_review", {
    action: "dismissed",
    review: viewReview(review, "webhook"),
    pull_request: viewShortPull(state, pull),
    ...viewSender(state, by),
  });
}

/**
 * The three-dot diff that a pull request shows. Where in a file a hunk is does not matter: "only hunk offsets moving" kept an approval
 * (kamp-us/phoenix#4511); the lines around it do: they changed with a merge of main that dismissed one (celo-org/celopedia-skills#53).
 */
export async function diffDigest(state: State, { baseBranch, baseSha, headSha }: Pull): Promise<string> {
  const base = (await state.git.resolve(`refs/heads/${baseBranch}`)) ?? baseSha;
  const from = (await state.git.mergeBase(base, headSha)) ?? base;
  const patch = (await state.git.patch(from, headSha)).toString("latin1");
  const text = patch.replaceAll(/^index [0-9a-f]+\.\.[0-9a-f]+.*\n/gm, "").replaceAll(/^@@ .*$/gm, "@@");
  return createHash("sha256").update(text).digest("hex");
}
