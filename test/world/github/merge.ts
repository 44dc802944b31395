import { afterRefUpdate } from "./pushes.ts";
import { viewPull, viewSender } from "./views.ts";
import { noreply, type Account, type Pull, type State } from "./state.ts";

export interface MergeRequest {
  pull: Pull;
  method: "merge" | "squash" | "rebase";
  /** The head that the person saw. */
  sha: string | undefined;
  by: Account;
}

export type MergeOutcome = { merged: true; sha: string } | { merged: false; status: 405 | 409; message: string };

/** Merges as GitHub does: the ruleset first, then git; every refusal is written down. */
export async function mergePull(state: State, request: MergeRequest): Promise<MergeOutcome> {
  const refusal = (await whyNot(state, request)) ?? (await carryOut(state, request));
  if (!refusal.merged) state.mergesRefused.push({ pull: request.pull.number, why: refusal.message });
  return refusal;
}

async function whyNot(state: State, { pull, sha, method }: MergeRequest): Promise<MergeOutcome | null> {
  const no = (status: 405 | 409, message: string): MergeOutcome => ({ merged: false, status, message });
  if (pull.state !== "open") return no(405, "Pull Request is not mergeable");
  if (pull.draft) return no(405, "Pull Request is still a draft");
  if (sha !== undefined && sha !== pull.headSha)
    return no(409, "Head branch was modified. Review and try the merge again.");
  if (hasMergeQueue(state, pull)) return no(405, "Changes must be made through the merge queue");
  if (method === "rebase") return no(405, "Rebase merges are not allowed on this repository.");
  const broken = await brokenRules(state, pull);
  return broken.length > 0 ? no(405, `Repository rule violations found\n\n${broken.join("\n")}`) : null;
}

/** Every rule of main that the pull request does not meet now. */
export async function brokenRules(state: State, pull: Pull): Promise<string[]> {
  if (pull.baseBranch !== state.defaultBranch || state.plan === "free") return [];
  const broken: string[] = [];
  for (const { type, parameters = {} } of state.ruleset.rules) {
    if (type === "pull_request") broken.push(...missingReviews(state, pull, parameters));
    if (type === "required_status_checks") broken.push(...missingChecks(state, pull.headSha, parameters));
  }
  return broken;
}

/** The required checks that are not green on a commit, as sentences. */
export function failedChecks(state: State, sha: string): string[] {
  const rules = state.ruleset.rules.filter(({ type }) => type === "required_status_checks");
  return rules.flatMap(({ parameters = {} }) => missingChecks(state, sha, parameters));
}

/** Whether such a sentence is about a check that may still come. */
export function isMissing(sentence: string): boolean {
  return /is (?:expected|in progress)\.$/.test(sentence);
}

function hasMergeQueue(state: State, pull: Pull): boolean {
  return pull.baseBranch === state.defaultBranch && state.ruleset.rules.some(({ type }) => type === "merge_queue");
}

function missingReviews(state: State, pull: Pull, parameters: Record<string, unknown>): string[] {
  const needed = Number(parameters["required_approving_review_count"] ?? 0);
  const latest = new Map<string, string>();
  for (const review of state.reviews)
    if (
      review.pull === pull.number &&
      review.state !== "COMMENTED" &&
      state.users.get(review.user.login)?.role !== "read"
    )
      latest.set(review.user.login, review.state);
  const states = [...latest.values()];
  if (states.includes("CHANGES_REQUESTED")) return ["Changes were requested by a reviewer with write access."];
  const approvals = states.filter((value) => value === "APPROVED").length;
  return approvals < needed ? [`At least ${needed} approving review is required by reviewers with write access.`] : [];
}

interface RequiredCheck {
  context: string;
  integration_id?: number;
}

function missingChecks(state: State, sha: string, parameters: Record<string, unknown>): string[] {
  const required = (parameters["required_status_checks"] ?? []) as RequiredCheck[];
  return required.flatMap(({ context, integration_id }) => {
    const runs = state.checkRuns.filter(
      (run) =>
        run.headSha === sha && run.name === context && (integration_id === undefined || run.appId === integration_id),
    );
    const latest = runs.at(-1);
    if (!latest) return [`Required status check "${context}" is expected.`];
    if (latest.status !== "completed" || latest.rerequested)
      return [`Required status check "${context}" is in progress.`];
    return ["success", "neutral", "skipped"].includes(latest.conclusion ?? "")
      ? []
      : [`Required status check "${context}" is failing.`];
  });
}

async function carryOut(state: State, { pull, method, by }: MergeRequest): Promise<MergeOutcome> {
  const ref = `refs/heads/${pull.baseBranch}`;
  const base = (await state.git.resolve(ref))!;
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
  method: "merge" | "squash" | "rebase";
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
