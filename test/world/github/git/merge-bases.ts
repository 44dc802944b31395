import type { CommitObject } from "./parse-commit.ts";

/** Every commit that two have in common and that no other of these reaches (git-merge-base(1)); several after criss-cross merges. */
export async function listMergeBases(
  read: (sha: string) => Promise<CommitObject>,
  one: string,
  other: string,
): Promise<string[]> {
  const [ours, theirs] = await Promise.all([one, other].map((sha) => ancestorsOf(read, sha)));
  const common = [...ours!.values()].filter(({ sha }) => theirs!.has(sha));
  // Whatever one of them reaches is the parent of one of them.
  const reached = new Set(common.flatMap(({ parents }) => parents));
  return common.map(({ sha }) => sha).filter((sha) => !reached.has(sha));
}

/** A commit and all that it reaches. */
async function ancestorsOf(
  read: (sha: string) => Promise<CommitObject>,
  from: string,
): Promise<Map<string, CommitObject>> {
  const found = new Map<string, CommitObject>();
  for (let heads = [from]; heads.length > 0;) {
    const commits = await Promise.all(heads.map(read));
    for (const commit of commits) found.set(commit.sha, commit);
    heads = [...new Set(commits.flatMap(({ parents }) => parents))].filter((sha) => !found.has(sha));
  }
  return found;
}
