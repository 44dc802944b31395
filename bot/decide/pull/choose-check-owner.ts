import type { PullFacts } from "../../hub/pulls.ts";

/**
 * So long after a merge nobody rewrites the checks of the merged head. Times on checks have seconds only, and a check from
 * the moment after the merge could look like one from the moment before it.
 */
const AFTER_MERGE = 60_000;

export interface OwnerContext {
  /** Id of the repository. */
  id: string;
  defaultBranch: string;
  /** Milliseconds since the epoch, by GitHub's clock. */
  now: number;
}

/**
 * The pull request that writes the checks of a head that several have: one of the repository's own branches before a
 * fork, because anybody can point a fork at somebody else's commit; then one into the default branch; then the oldest. A pull
 * request that was merged just now keeps its checks.
 */
export function chooseCheckOwner(
  pull: PullFacts,
  pulls: readonly PullFacts[],
  { id, defaultBranch, now }: OwnerContext,
): number {
  const merged = pulls.find(
    ({ mergedAt, head, base }) =>
      head.sha === pull.head.sha && base.branch === defaultBranch && Date.parse(mergedAt ?? "") > now - AFTER_MERGE,
  );
  if (merged !== undefined) return merged.number;
  const same = pulls.filter(({ state, head }) => state === "open" && head.sha === pull.head.sha);
  const own = prefer(same, ({ head }) => head.repositoryId === id);
  const numbers = prefer(own, ({ base }) => base.branch === defaultBranch).map(({ number }) => number);
  return numbers.length === 0 ? pull.number : Math.min(...numbers);
}

function prefer(pulls: readonly PullFacts[], isBetter: (pull: PullFacts) => boolean): readonly PullFacts[] {
  const better = pulls.filter(isBetter);
  return better.length > 0 ? better : pulls;
}
