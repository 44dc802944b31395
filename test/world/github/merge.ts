import { afterRefUpdate } from "./pushes.ts";
import { brokenRulesOfMerge, refusedMethod } from "./rules.ts";
import { viewPull, viewSender } from "./views.ts";
import { noreply, type Account, type MergeMethod, type Pull, type State } from "./state.ts";

export interface MergeRequest {
  pull: Pull;
  method: MergeMethod;
  /** The head that the person saw. */
  sha: string | undefined;
  by: Account;
}

export type MergeOutcome = { merged: true; sha: string } | { merged: false; status: 405 | 409; message: string };

/** Merges as GitHub does: the ruleset first, then git; every refusal is written down. */
export async function mergePull(state: State, request: MergeRequest): Promise<MergeOutcome> {
  const base = (await state.git.resolve(`refs/heads/${request.pull.baseBranch}`))!;
  const outcome = (await whyNot(state, request, base)) ?? (await carryOut(state, request, base));
  if (!outcome.merged) state.mergesRefused.push({ pull: request.pull.number, why: outcome.message });
  return outcome;
}

async function whyNot(state: State, { pull, sha, method }: MergeRequest, base: string): Promise<MergeOutcome | null> {
  const no = (status: 405 | 409, message: string): MergeOutcome => ({ merged: false, status, message });
  if (pull.state !== "open") return no(405, "Pull Request is not mergeable");
  if (pull.draft) return no(405, "Pull Request is still a draft");
  if (sha !== undefined && sha !== pull.headSha)
    return no(409, "Head branch was modified. Review and try the merge again.");
  if (hasMergeQueue(state, pull)) return no(405, "Changes must be made through the merge queue");
  const refused = refusedMethod(state, pull, method);
  if (refused !== null) return no(405, refused);
  const broken = await brokenRulesOfMerge(state, pull, base);
  return broken.length > 0 ? no(405, `Repository rule violations found\n\n${broken.join("\n")}`) : null;
}

export function hasMergeQueue(state: State, pull: Pull): boolean {
  return pull.baseBranch === state.defaultBranch && state.ruleset.rules.some(({ type }) => type === "merge_queue");
}

async function carryOut(state: State, { pull, method, by }: MergeRequest, base: string): Promise<MergeOutcome> {
  const ref = `refs/heads/${pull.baseBranch}`;
  const sha = await writeMergeCommit(state, { pull, method, by, base });
  if (sha === null) return { merged: false, status: 405, message: "Merge conflict" };
  if (!(await state.git.updateRef(ref, sha, base)))
    return { merged: false, status: 405, message: "Base branch was modified. Review and try the merge again." };
  const at = state.now();
  closeAsMerged(pull, { sha, by, at });
  await afterRefUpdate(state, { ref, before: base, after: sha, actor: by, kind: "pr_merge" });
  sayMerged(state, pull, by);
  return { merged: true, sha };
}

export interface MergeCommit {
  pull: Pull;
  method: MergeMethod;
  by: Account;
  /** The commit that the pull request is merged into. */
  base: string;
}

/** The commit that a merge makes, on no branch yet; null if there is a conflict. */
export async function writeMergeCommit(state: State, { pull, method, by, base }: MergeCommit): Promise<string | null> {
  const tree = await state.git.mergeTree(base, pull.headSha);
  if (tree === null) return null;
  const at = state.now();
  const author = method === "squash" ? pull.author : by;
  return state.git.writeCommit({
    tree,
    parents: method === "squash" ? [base] : [base, pull.headSha],
    author: { ...noreply(author), date: at },
    committer: { name: "GitHub", email: "noreply@github.com", date: at },
    message:
      method === "squash"
        ? `${pull.title} (#${pull.number})`
        : `Merge pull request #${pull.number} from ${state.owner}/${pull.headBranch}\n\n${pull.title}`,
  });
}

interface Merged {
  sha: string;
  by: Account;
  at: string;
}

/** What becomes of a pull request whose commit is on its base branch now. */
export function markMerged(state: State, pull: Pull, merged: Merged): void {
  closeAsMerged(pull, merged);
  sayMerged(state, pull, merged.by);
}

function closeAsMerged(pull: Pull, { sha, by, at }: Merged): void {
  Object.assign(pull, { state: "closed", mergedAt: at, mergedBy: by, mergeCommit: sha });
}

function sayMerged(state: State, pull: Pull, by: Account): void {
  state.webhooks.send("pull_request", {
    action: "closed",
    number: pull.number,
    pull_request: viewPull(state, pull),
    ...viewSender(state, by),
  });
}
