/** A command compares a few commits, and a history is read once from end to end: what one commit has, the next one had before. */
const KEPT = 4;

/** The same function of a commit, which remembers its latest answers. */
export function keepLatest<T>(read: (commit: string) => T): (commit: string) => T {
  const latest = new Map<string, T>();
  return (commit) => {
    const answer = latest.has(commit) ? latest.get(commit)! : read(commit);
    latest.delete(commit);
    latest.set(commit, answer);
    for (const oldest of [...latest.keys()].slice(0, -KEPT)) latest.delete(oldest);
    return answer;
  };
}
