import type { CommitObject } from "./parse-commit.ts";

/** A commit as a walk goes on from it. */
export interface Step extends Pick<CommitObject, "sha" | "parents" | "committer"> {
  /** Whether it is listed. */
  isShown: boolean;
}

type Read<T> = (sha: string) => Promise<T>;

interface Reached {
  step: Step;
  isOut: boolean;
}

/** Everything that commits have, each listed. */
export function followAll(read: Read<CommitObject>): Read<Step> {
  return async (sha) => ({ ...(await read(sha)), isShown: true });
}

/**
 * What changed one path: a merge that left it as one of its parents had it goes on there alone (git-rev-list(1), "History
 * Simplification", default mode). `at` is what has the path in a commit, mode and content.
 */
export function followPath(read: Read<CommitObject>, at: Read<string | null>): Read<Step> {
  return async (sha) => {
    const commit = await read(sha);
    const { parents } = commit;
    const [own, ...others] = await Promise.all([commit.sha, ...parents].map(at));
    const same = parents.filter((_, index) => others[index] === own);
    const isShown = parents.length === 0 ? own !== null : same.length === 0;
    return { ...commit, parents: same.length > 0 ? same.slice(0, 1) : parents, isShown };
  };
}

/**
 * The commits that one reaches and others do not, in `git rev-list`'s order: always the one with the newest committer's date of those
 * that are reached, and of several the one that was reached first (git-rev-list(1), "Commit Ordering").
 */
export async function listCommits(read: Read<Step>, from: string, without: readonly string[]): Promise<string[]> {
  const seen = new Map<string, Reached>();
  const queue: Reached[] = [];
  const listed: Reached[] = [];
  const reach = async (name: string, isOut: boolean): Promise<void> => {
    const known = seen.get(name);
    if (known !== undefined) return isOut && !known.isOut ? exclude(known) : undefined;
    const reached = { step: await read(name), isOut };
    seen.set(name, reached);
    const at = queue.findIndex((other) => timeOf(other) < timeOf(reached));
    queue.splice(at < 0 ? queue.length : at, 0, reached);
  };
  // What was reached before somebody knew that it is out takes everything with it.
  const exclude = async (known: Reached): Promise<void> => {
    known.isOut = true;
    for (const parent of known.step.parents) if (seen.has(parent)) await reach(parent, true);
  };
  await reach(from, false);
  for (const name of without) await reach(name, true);
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (!next.isOut) listed.push(next);
    for (const parent of next.step.parents) await reach(parent, next.isOut);
  }
  return listed.filter(({ step, isOut }) => step.isShown && !isOut).map(({ step }) => step.sha);
}

function timeOf({ step }: Reached): number {
  return Date.parse(step.committer.date);
}
