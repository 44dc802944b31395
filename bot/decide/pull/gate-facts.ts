import { findForeignPaths, type ForeignPath } from "../../../src/merge/find-foreign-paths.ts";
import { isPureUpdate } from "../gate/branch-update.ts";
import { changesBetween, type ChangeSet } from "../gate/change-set.ts";
import { listReviewedHeads } from "../gate/reviewed-heads.ts";
import type { ReviewedHead } from "../reviews/reviewed-head.ts";
import { headsAtReviews } from "../reviews/head-at.ts";
import type { Contributors } from "../reviews/judge-reviews.ts";
import type { PushFacts } from "../../hub/pulls.ts";
import type { PullState } from "./pull-state.ts";

/** What decides whether the reviews of a pull request are enough, and whether they are for what would be merged. */
export interface GateFacts {
  changes: ChangeSet;
  foreign: ForeignPath[];
  heads: ReviewedHead[];
  headsAtReview: Record<string, string[]>;
  /** Commits that only bring the branch up to date with main: whoever pushed them, whatever button they pressed, has contributed nothing. */
  updates: string[];
  contributors: Contributors;
}

/** Derives the facts of the gate from what GitHub says. */
export function deriveGateFacts(state: PullState): GateFacts {
  const { main, result, merge, pull, checks, updates, appId, reviews, pushes } = state;
  const pure = updates.filter(isPureUpdate);
  const changes = changesBetween(main.entries, result.entries);
  return {
    changes,
    foreign: findForeignPaths({
      before: main.entries,
      result: result.entries,
      head: merge.head,
      bases: [merge.shown],
    }),
    heads: listReviewedHeads({ head: pull.head.sha, checks, changes, updates: pure, appId }),
    headsAtReview: headsAtReviews(reviews, pushes),
    updates: pure.map(({ after }) => after),
    contributors: listContributors(state, new Set(pure.map(({ after }) => after))),
  };
}

function listContributors({ pull, commits, pushes, botLogin }: PullState, pure: ReadonlySet<string>): Contributors {
  // Whoever deletes a branch, often by a setting, has contributed nothing to it.
  const pushed = pushes.filter(({ kind, after }) => kind !== "branch_deletion" && !pure.has(after));
  // What a later push has thrown away contributes nothing any more.
  const isOwn = ({ before, after, kind }: PushFacts) => {
    const commit = commits.find(({ sha }) => sha === after);
    return kind === "branch_creation" || commit === undefined || commit.parents.join(" ") === before;
  };
  return {
    author: pull.author,
    commits: commits.filter(({ sha }) => !pure.has(sha)),
    // GitHub pushes an update in the App's name whatever the base is then: only what the bot itself commits is known to be its own.
    pushers: [
      ...pushed.map((push) => (push.actor?.login === botLogin && !isOwn(push) ? null : push.actor)),
      ...(hasGap(pushes) ? [null] : []),
    ],
    botLogin,
  };
}

/** Whether a push is missing in GitHub's list: each has to begin where the one before it ended. */
function hasGap(pushes: readonly PushFacts[]): boolean {
  const inOrder = [...new Map(pushes.map((push) => [push.id, push])).values()].toSorted(
    (a, b) => Date.parse(a.at) - Date.parse(b.at) || Number(a.id) - Number(b.id),
  );
  return inOrder.some(({ before }, index) => index > 0 && before !== inOrder[index - 1]!.after);
}
