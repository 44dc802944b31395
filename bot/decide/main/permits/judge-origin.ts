import type { ReviewEvidence } from "../../../../src/permit/permit.ts";
import { CHECKS } from "../../gate/check-names.ts";
import { noChanges } from "../../gate/change-set.ts";
import { findUncovered } from "../../gate/find-uncovered.ts";
import { judgeReviews, type ReviewQuestion } from "../../reviews/judge-reviews.ts";
import type { Account } from "../../reviews/people.ts";
import { greenSince } from "../../reviews/green-since.ts";
import type { MergeFacts, Origin } from "../main-state.ts";
import { checksAtMerge, recordAtMerge } from "./checks-at-merge.ts";

export interface OriginQuestion {
  origin: Origin;
  appId: number;
  /** How many approvals the source requires; `approvers` are the people who may give one now. */
  required: number;
  approvers: readonly Account[];
}

export type OriginVerdict = { ok: true; evidence: ReviewEvidence } | { ok: false; why: string; fix: string };

/**
 * Judges again, after the merge, whether the files on main are the ones that were reviewed. Of several pull requests one has
 * to pass alone, with its own check and its own reviews; otherwise the newest says why.
 */
export function judgeOrigin(question: OriginQuestion): OriginVerdict {
  const { merges, commit } = question.origin;
  const verdicts = merges.map((merge) => judgeMerge(question, merge));
  const missing = no(`Commit ${short(commit.sha)} reached main without a merged pull request.`, bypassed);
  return verdicts.find(({ ok }) => ok) ?? verdicts[0] ?? missing;
}

function judgeMerge(question: OriginQuestion, merge: MergeFacts): OriginVerdict {
  const why = findUnapprovedMerge({
    merge,
    appId: question.appId,
    differs: "The files on main are not those that were",
  });
  if (why !== null) return no(why, bypassed);
  const judged = judgeReviews({ ...recordedReviews(merge, question.appId), ...question, ...merge });
  if (!judged.approved) {
    const reasons = [...judged.obstacles, ...judged.verdicts.map(({ login, why: reason }) => `@${login} ${reason}.`)];
    const count = `The reviews of #${merge.pull.number} no longer count: ${judged.counting.length} of ${judged.required} required approvals.`;
    return no([count, ...reasons].join(" "), again);
  }
  return { ok: true, evidence: evidenceOf(question, merge, judged.counting) };
}

/** The heads that reviews were given for, and when: the bot judged that when it wrote the check, and GitHub may not know any more. */
function recordedReviews(merge: MergeFacts, appId: number): Pick<ReviewQuestion, "heads" | "headsAtReview"> {
  const record = recordAtMerge(merge, appId);
  return {
    heads: (record?.heads ?? []).map((sha) => ({ sha, renderedAt: new Date(0).toISOString() })),
    headsAtReview: Object.fromEntries((record?.reviews ?? []).map(({ id, head }) => [id, [head]])),
  };
}

const bypassed =
  "A DBA of the source who neither wrote nor pushed the change reviews the files on main and starts *Run workflow* of provision.yml for this database. Or revert the change and open a pull request.";
const again =
  "A DBA of the source starts *Run workflow* of provision.yml for this database, or reviews a new pull request.";

export interface MergeQuestion {
  merge: MergeFacts;
  appId: number;
  /** Begins the sentence about bytes that differ; "approved in #12" ends it. */
  differs: string;
}

/** Why a merge does not count as approved by the bot's own check; null if it does. */
export function findUnapprovedMerge({ merge, appId, differs }: MergeQuestion): string | null {
  const { pull, checks, changes } = merge;
  const number = `#${pull.number}`;
  if (greenSince(checksAtMerge(merge, appId), CHECKS.approval, appId) === null) {
    const ever = checks.some((check) => greenSince([check], CHECKS.approval, appId) !== null);
    return ever
      ? `${number} was merged before ${CHECKS.approval} was green.`
      : `${number} was merged without a green check ${CHECKS.approval} from this App.`;
  }
  const record = recordAtMerge(merge, appId);
  if (record === null) return `The check ${CHECKS.approval} of ${number} does not say what it covers.`;
  const uncovered = findUncovered({ changes: { ...noChanges(), ...changes }, covered: [record.changes], rendered: [] });
  if (uncovered.length > 0) return `${differs} approved in ${number}.`;
  if (merge.held === null)
    return `Main has gone too far since ${number} was merged to tell whether it had these files all the time.`;
  return merge.held ? null : `Main had other files since ${number} was merged, and no pull request brought these back.`;
}

function evidenceOf(
  { origin, appId }: OriginQuestion,
  merge: MergeFacts,
  counting: { id: string; user: Account; at: string }[],
): ReviewEvidence {
  const check = checksAtMerge(merge, appId).find(({ name }) => name === CHECKS.approval);
  return {
    pull: String(merge.pull.number),
    head: merge.pull.head.sha,
    merge: merge.pull.mergeCommit ?? origin.commit.sha,
    check: check?.id ?? "0",
    reviews: counting.map(({ id, user, at }) => ({ id, user: user.id, login: user.login, at })),
  };
}

function no(why: string, fix: string): OriginVerdict {
  return { ok: false, why, fix };
}

function short(sha: string): string {
  return sha.slice(0, 12);
}
