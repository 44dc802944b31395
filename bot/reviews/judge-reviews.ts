import type { CommitFacts, ReviewFacts } from "../hub.ts";
import { readAdopters } from "./adoption.ts";

/** An account: the id counts, the login is for people. */
export interface Account {
  id: string;
  login: string;
}

/** Whether the reviews of one head are enough for one source, asked of facts that can be read again at any time. */
export interface ReviewQuestion {
  head: string;
  /** When our render check turned green on this head, GitHub's clock; null while it is not green. */
  renderedAt: string | null;
  reviews: readonly ReviewFacts[];
  /** How many voices the source asks for, and who has one now. */
  required: number;
  approvers: readonly Account[];
  hands: Hands;
}

/** Everybody who wrote or pushed what the pull request brings; null stands for somebody GitHub cannot name. */
export interface Hands {
  author: Account;
  commits: readonly CommitFacts[];
  pushers: readonly (Account | null)[];
}

export interface ReviewJudgement {
  approved: boolean;
  required: number;
  counting: { id: string; user: Account; at: string }[];
  /** The latest review of every person with one, in the order in which they were given. */
  verdicts: ReviewVerdict[];
  /** What keeps every review from counting, as sentences. */
  obstacles: string[];
}

export interface ReviewVerdict {
  review: string;
  login: string;
  at: string;
  code: VerdictCode;
  /** One sentence: why it counts or not. */
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

/** Which reviews count for this head, and why the others do not. Whatever is not known counts as no. */
export function judgeReviews(question: ReviewQuestion): ReviewJudgement {
  const obstacles = findObstacles(question.hands);
  const latest = latestReviews(question.reviews);
  const verdicts = latest.map((review) => judgeReview(review, question));
  const counting = latest.flatMap((review, index) =>
    verdicts[index]?.code === "counts" && review.user !== null
      ? [{ id: review.id, user: { id: review.user.id, login: review.user.login }, at: review.submittedAt }]
      : [],
  );
  // A source that asks for nobody would be an open door, whatever its settings say.
  const required = Math.max(1, question.required);
  return { approved: obstacles.length === 0 && counting.length >= required, required, counting, verdicts, obstacles };
}

function findObstacles({ commits, pushers }: Hands): string[] {
  const unknown = commits.filter(({ author, committer }) => author === null || committer === null);
  return [
    ...unknown.map(
      ({ sha }) => `GitHub cannot tell who wrote commit ${sha.slice(0, 12)}: its author or committer has no account.`,
    ),
    ...(commits.length === 0 ? ["GitHub names no commit of this pull request."] : []),
    ...(pushers.length === 0 || pushers.includes(null) ? ["GitHub cannot tell who pushed this branch."] : []),
  ];
}

/** The last word of everybody; comments are none. */
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
  if (user === null || user.type !== "User") return { code: "not-a-person", why: "is not the account of a person" };
  if (state === "DISMISSED") return { code: "not-approved", why: "the approval was dismissed" };
  if (state !== "APPROVED") return { code: "not-approved", why: "asked for changes" };
  if (!approvers.some(({ id }) => id === user.id))
    return { code: "not-an-approver", why: "is not among the people who may approve for this source" };
  const hand = handOf(user.id, question.hands);
  if (hand !== null) return { code: "author", why: hand };
  if (commit !== head)
    return { code: "older-head", why: `approved ${commit?.slice(0, 12) ?? "an unknown commit"}, not this head` };
  if (renderedAt === null) return { code: "not-rendered", why: "the manifests of this head are not rendered yet" };
  if (!(Date.parse(review.submittedAt) > Date.parse(renderedAt)))
    return { code: "before-render", why: `approved before this head was rendered (${renderedAt})` };
  return { code: "counts", why: "counts" };
}

function handOf(id: string, { author, commits, pushers }: Hands): string | null {
  if (author.id === id) return "is the author of the pull request";
  const wrote = commits.find((commit) => commit.author?.id === id || commit.committer?.id === id);
  if (wrote) return `wrote commit ${wrote.sha.slice(0, 12)} of the pull request`;
  if (pushers.some((pusher) => pusher?.id === id)) return "pushed to the pull request's branch";
  const adopted = commits.some(({ message }) => readAdopters(message).some((adopter) => adopter.id === id));
  return adopted ? "adopted the request or wrote it in a fork" : null;
}
