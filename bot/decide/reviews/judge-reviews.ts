import type { CommitFacts } from "../../hub/git.ts";
import type { ReviewFacts } from "../../hub/pulls.ts";
import { readAdopters } from "./adoption.ts";

/** An account: the id identifies it, the login is only shown. */
export interface Account {
  id: string;
  login: string;
}

/** The facts that decide whether the reviews of one head are enough for one source; all can be read again at any time. */
export interface ReviewQuestion {
  head: string;
  /** When the bot's render check turned green on this head, by GitHub's clock; null while it is not green. */
  renderedAt: string | null;
  reviews: readonly ReviewFacts[];
  /** How many approvals the source requires; `approvers` are the people who may give one now. */
  required: number;
  approvers: readonly Account[];
  contributors: Contributors;
}

/** Everybody who wrote or pushed a change of the pull request; null is a pusher whom GitHub cannot identify. */
export interface Contributors {
  author: Account;
  commits: readonly CommitFacts[];
  pushers: readonly (Account | null)[];
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

function findObstacles({ commits, pushers }: Contributors): string[] {
  const unknown = commits.filter(({ author, committer }) => author === null || committer === null);
  return [
    ...unknown.map(
      ({ sha }) =>
        `GitHub cannot tell who wrote commit ${sha.slice(0, 12)}: its author or committer has no GitHub account.`,
    ),
    ...(commits.length === 0 ? ["GitHub lists no commits for this pull request."] : []),
    ...(pushers.length === 0 || pushers.includes(null) ? ["GitHub cannot tell who pushed this branch."] : []),
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
  const { code, why } = verdictOf(review, question);
  return { review: review.id, login: review.user?.login ?? "ghost", at: review.submittedAt, code, why };
}

function verdictOf(review: ReviewFacts, question: ReviewQuestion): { code: VerdictCode; why: string } {
  const { user, state, commit } = review;
  const { head, renderedAt, approvers } = question;
  if (user === null || user.type !== "User") return { code: "not-a-person", why: "is not a user account" };
  if (state === "DISMISSED") return { code: "not-approved", why: "gave an approval that was dismissed" };
  if (state !== "APPROVED") return { code: "not-approved", why: "requested changes" };
  if (!approvers.some(({ id }) => id === user.id))
    return { code: "not-an-approver", why: "is not among the people who may approve for this source" };
  const contribution = contributionOf(user.id, question.contributors);
  if (contribution !== null) return { code: "author", why: contribution };
  if (commit !== head)
    return { code: "older-head", why: `approved ${commit?.slice(0, 12) ?? "an unknown commit"}, not the current head` };
  if (renderedAt === null)
    return { code: "not-rendered", why: "approved before the manifests of this head were rendered" };
  if (!(Date.parse(review.submittedAt) > Date.parse(renderedAt)))
    return { code: "before-render", why: `approved before this head was rendered (${renderedAt})` };
  return { code: "counts", why: "counts" };
}

function contributionOf(id: string, { author, commits, pushers }: Contributors): string | null {
  if (author.id === id) return "is the author of the pull request";
  const wrote = commits.find((commit) => commit.author?.id === id || commit.committer?.id === id);
  if (wrote) return `wrote commit ${wrote.sha.slice(0, 12)} of the pull request`;
  if (pushers.some((pusher) => pusher?.id === id)) return "pushed to the pull request's branch";
  const adopted = commits.some(({ message }) => readAdopters(message).some((adopter) => adopter.id === id));
  return adopted ? "wrote the request in the fork or adopted it" : null;
}
