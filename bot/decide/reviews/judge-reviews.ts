import type { CommitFacts, PersonFacts } from "../../hub/git.ts";
import type { ReviewFacts } from "../../hub/pulls.ts";
import type { ReviewedHead } from "./reviewed-head.ts";
import { readAdopters } from "./adoption.ts";
import { findUnknownAuthor, findUnknownPusher, readCoAuthors, type Account } from "./people.ts";

/** The facts that decide whether the reviews of one head are enough for one source; all can be read again at any time. */
export interface ReviewQuestion {
  /** The head, and the earlier ones that it only brings up to date with main, newest first. */
  heads: readonly ReviewedHead[];
  reviews: readonly ReviewFacts[];
  /** The head that the pull request had when a review was given, by the review's id: several if it is one of them. */
  headsAtReview: Readonly<Record<string, readonly string[]>>;
  /** How many approvals the source requires; `approvers` are the people who may give one now. */
  required: number;
  approvers: readonly Account[];
  contributors: Contributors;
}

/** Everybody who wrote or pushed a change of the pull request; null is a pusher whom GitHub cannot identify. */
export interface Contributors {
  author: PersonFacts;
  commits: readonly CommitFacts[];
  pushers: readonly (PersonFacts | null)[];
  /** The App's own login: what it commits is checked byte for byte, and it approves nothing. */
  botLogin: string;
}

export interface ReviewJudgement {
  approved: boolean;
  required: number;
  counting: { id: string; user: Account; at: string }[];
  /** The latest review of each reviewer, in the order in which the reviews were given. */
  verdicts: ReviewVerdict[];
  /** Reasons why no review counts, as sentences. */
  obstacles: string[];
}

export interface ReviewVerdict {
  review: string;
  login: string;
  at: string;
  code: VerdictCode;
  /** Why the review counts or not: the rest of a sentence that begins with the reviewer's login. */
  why: string;
}

export type VerdictCode =
  | "counts"
  | "not-approved"
  | "not-a-person"
  | "not-an-approver"
  | "author"
  | "older-head"
  | "other-head"
  | "not-rendered"
  | "before-render";

/** Decides which reviews count for this head, and why the others do not. If a fact is unknown, no review counts. */
export function judgeReviews(question: ReviewQuestion): ReviewJudgement {
  const obstacles = findObstacles(question.contributors);
  const latest = latestReviews(question.reviews);
  const verdicts = latest.map((review) => judgeReview(review, question));
  const counting = latest.flatMap((review, index) =>
    verdicts[index]?.code === "counts" && review.user !== null
      ? [{ id: review.id, user: { id: review.user.id, login: review.user.login }, at: review.submittedAt }]
      : [],
  );
  // Always require one approval, even if the settings say zero: otherwise anybody could export from the source.
  const required = Math.max(1, question.required);
  return { approved: obstacles.length === 0 && counting.length >= required, required, counting, verdicts, obstacles };
}

function findObstacles({ commits, pushers, botLogin }: Contributors): string[] {
  const unknown = commits.flatMap((commit) => findUnknownAuthor(commit, botLogin) ?? []);
  const known = pushers.length === 0 ? [null] : pushers;
  return [
    ...unknown,
    ...(commits.length === 0 ? ["GitHub lists no commits for this pull request."] : []),
    ...new Set(known.flatMap((pusher) => findUnknownPusher(pusher, botLogin) ?? [])),
  ];
}

/** The latest review of each person; mere comments do not count. */
function latestReviews(reviews: readonly ReviewFacts[]): ReviewFacts[] {
  const inOrder = reviews
    .filter(({ state }) => state !== "COMMENTED" && state !== "PENDING")
    .toSorted((a, b) => Date.parse(a.submittedAt) - Date.parse(b.submittedAt) || Number(a.id) - Number(b.id));
  const byPerson = new Map<string, ReviewFacts>();
  for (const review of inOrder) {
    const key = review.user?.id ?? `review ${review.id}`;
    byPerson.delete(key);
    byPerson.set(key, review);
  }
  return [...byPerson.values()];
}

function judgeReview(review: ReviewFacts, question: ReviewQuestion): ReviewVerdict {
  const { code, why } = judgeReviewer(review, question) ?? judgeReviewedHead(review, question);
  return { review: review.id, login: review.user?.login ?? "ghost", at: review.submittedAt, code, why };
}

type Verdict = Pick<ReviewVerdict, "code" | "why">;

function judgeReviewer({ user, state }: ReviewFacts, { approvers, contributors }: ReviewQuestion): Verdict | null {
  if (user === null || user.type !== "User") return { code: "not-a-person", why: "is not a user account" };
  if (state === "DISMISSED") return { code: "not-approved", why: "gave an approval that was dismissed" };
  if (state !== "APPROVED") return { code: "not-approved", why: "requested changes" };
  if (!approvers.some(({ id }) => id === user.id))
    return { code: "not-an-approver", why: "is not among the people who may approve for this source" };
  const contribution = contributionOf(user, contributors);
  return contribution === null ? null : { code: "author", why: contribution };
}

/**
 * GitHub names a commit with each review, and moves it: after a force-push with the same patch it names the new head. So the head
 * at the time of the review decides, and both have to be heads that this one only brings up to date.
 */
function judgeReviewedHead(review: ReviewFacts, { heads, headsAtReview }: ReviewQuestion): Verdict {
  const { commit, submittedAt } = review;
  if (!heads.some(({ sha }) => sha === commit))
    return { code: "older-head", why: `approved ${commit?.slice(0, 12) ?? "an unknown commit"}, not the current head` };
  const then = headsAtReview[review.id] ?? [];
  const reviewed = heads.filter(({ sha }) => then.includes(sha));
  if (then.length === 0 || reviewed.length < new Set(then).size)
    return {
      code: "other-head",
      why: `approved when the head was ${then[0]?.slice(0, 12) ?? "one that GitHub does not name"}, not the current one`,
    };
  const rendered = reviewed.flatMap(({ renderedAt }) => renderedAt ?? []);
  if (rendered.length === 0)
    return { code: "not-rendered", why: "approved before the manifests of this head were rendered" };
  if (!rendered.some((at) => Date.parse(submittedAt) > Date.parse(at)))
    return { code: "before-render", why: `approved before this head was rendered (${rendered[0]})` };
  return { code: "counts", why: "counts" };
}

function contributionOf({ id, login }: Account, { author, commits, pushers }: Contributors): string | null {
  if (author.id === id) return "is the author of the pull request";
  const wrote = commits.find((commit) => commit.author?.id === id || commit.committer?.id === id);
  if (wrote) return `wrote commit ${wrote.sha.slice(0, 12)} of the pull request`;
  if (pushers.some((pusher) => pusher?.id === id)) return "pushed to the pull request's branch";
  const named = commits.find(({ message }) =>
    readCoAuthors(message).some((one) => one.id === id || one.login.toLowerCase() === login.toLowerCase()),
  );
  if (named) return `is named as an author of commit ${named.sha.slice(0, 12)} of the pull request`;
  const adopted = commits.some(({ message }) => readAdopters(message).some((adopter) => adopter.id === id));
  return adopted ? "wrote the request in the fork or adopted it" : null;
}
