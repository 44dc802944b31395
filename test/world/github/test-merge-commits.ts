import { noreply, type MergeTests, type Pull, type State } from "./state.ts";

/**
 * GitHub's test merge commits: `refs/pull/<number>/merge`, on no branch, with the base's tip and the head as parents.
 *
 * "When you get, create, or edit a pull request, GitHub creates a merge commit to test whether the pull request can be automatically merged" (docs.github.com,
 * Get a pull request). They are computed when somebody asks; until then, and after a conflict, `merge_commit_sha` has the old value (NixOS/nixpkgs#410430), and
 * for a while even `mergeable` may be that of a base which has moved on (sonichi/sutando#2420).
 */
export class TestMergeCommits implements MergeTests {
  delay = { stale: 0, unknown: 0 };
  private readonly waits = new Map<Pull, { base: string; head: string; reads: number }>();
  private readonly getState: () => State;

  constructor(getState: () => State) {
    this.getState = getState;
  }

  async read(pull: Pull): Promise<boolean | null> {
    if (pull.state !== "open") return null;
    const base = await this.tip(pull);
    if (base === null) return null;
    if (!isOf(pull, base)) {
      const reads = this.count(pull, base);
      if (reads <= this.delay.stale) return pull.tested?.mergeable ?? null;
      if (reads <= this.delay.stale + this.delay.unknown) return null;
      await this.test(pull, base);
    }
    return pull.tested?.mergeable ?? null;
  }

  async current(pull: Pull): Promise<string | null> {
    const base = await this.tip(pull);
    return base !== null && isOf(pull, base) && pull.tested?.mergeable === true ? pull.testMergeCommit : null;
  }

  private tip({ baseBranch }: Pull): Promise<string | null> {
    return this.getState().git.resolve(`refs/heads/${baseBranch}`);
  }

  private count(pull: Pull, base: string): number {
    const head = pull.headSha;
    const known = this.waits.get(pull);
    const wait = known?.base === base && known.head === head ? known : { base, head, reads: 0 };
    wait.reads += 1;
    this.waits.set(pull, wait);
    return wait.reads;
  }

  private async test(pull: Pull, base: string): Promise<void> {
    const { git, now } = this.getState();
    const head = pull.headSha;
    const tree = await git.mergeTree(base, head);
    const tested = { base, head, mergeable: tree !== null };
    if (tree === null) return void Object.assign(pull, { tested });
    const date = now();
    const sha = await git.writeCommit({
      tree,
      parents: [base, head],
      author: { ...noreply(pull.author), date },
      committer: { name: "GitHub", email: "noreply@github.com", date },
      message: `Merge ${head} into ${base}`,
    });
    await git.setRef(`refs/pull/${pull.number}/merge`, sha);
    Object.assign(pull, { tested, testMergeCommit: sha });
  }
}

function isOf({ tested, headSha }: Pull, base: string): boolean {
  return tested?.base === base && tested.head === headSha;
}
