import type { PushFacts, ReviewFacts } from "../../hub/pulls.ts";

/**
 * The head that a branch had when each review was given, by the review's id: several where pushes came in the same second, none
 * where GitHub's list of pushes does not say.
 */
export function headsAtReviews(
  reviews: readonly ReviewFacts[],
  pushes: readonly PushFacts[],
): Record<string, string[]> {
  // Ids rise in the order in which GitHub received the pushes: several may come in one second.
  const inOrder = pushes.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at) || Number(a.id) - Number(b.id));
  return Object.fromEntries(reviews.map(({ id, submittedAt }) => [id, headsAt(inOrder, Date.parse(submittedAt))]));
}

function headsAt(pushes: readonly PushFacts[], at: number): string[] {
  const second = (time: number) => Math.floor(time / 1000);
  const last = pushes.findLast((push) => second(Date.parse(push.at)) < second(at));
  const same = pushes.filter((push) => second(Date.parse(push.at)) === second(at));
  return [...(last === undefined ? [] : [last]), ...same].map(({ after }) => after);
}
