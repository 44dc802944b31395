import type { PullFacts } from "../hub.ts";

/**
 * The pull request that writes the checks of a head that several have: one of the repository's own branches before a
 * fork, because anybody can point a fork at somebody else's commit; then one into the default branch; then the oldest.
 */
export function chooseCheckOwner(
  pull: PullFacts,
  pulls: readonly PullFacts[],
  { id, defaultBranch }: { id: string; defaultBranch: string },
): number {
  const same = pulls.filter(({ state, head }) => state === "open" && head.sha === pull.head.sha);
  const own = prefer(same, ({ head }) => head.repositoryId === id);
  const numbers = prefer(own, ({ base }) => base.branch === defaultBranch).map(({ number }) => number);
  return numbers.length === 0 ? pull.number : Math.min(...numbers);
}

function prefer(pulls: readonly PullFacts[], isBetter: (pull: PullFacts) => boolean): readonly PullFacts[] {
  const better = pulls.filter(isBetter);
  return better.length > 0 ? better : pulls;
}
