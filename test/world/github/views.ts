import { viewAccount, viewKnown } from "./view-account.ts";
import type { Account, CheckRun, Comment, Pull, Review, State } from "./state.ts";

/** JSON as GitHub's REST API and its webhooks show it, as far as Seedbed reads it. */

export function viewRepository(state: State) {
  return {
    id: state.repositoryId,
    name: state.name,
    full_name: `${state.owner}/${state.name}`,
    private: true,
    owner: { login: state.owner, id: 1, type: "Organization", site_admin: false },
    default_branch: state.defaultBranch,
    html_url: `${state.url()}/${state.owner}/${state.name}`,
    url: `${state.url()}/repos/${state.owner}/${state.name}`,
    clone_url: `${state.url()}/${state.owner}/${state.name}.git`,
    fork: false,
    archived: false,
    visibility: "private",
  };
}

/** The long form, as webhooks have it. Only the answer about one pull request says more: whether it is mergeable. */
export function viewPull(state: State, pull: Pull) {
  const ours = { ...viewRepository(state), ...viewActivity(state) };
  const repository = (id: number) => (id === state.repositoryId ? ours : { id, fork: true });
  return {
    id: 5000 + pull.number,
    node_id: `PR_${pull.number}`,
    number: pull.number,
    state: pull.state,
    title: pull.title,
    body: pull.body,
    draft: pull.draft,
    user: viewAccount(pull.author),
    created_at: pull.createdAt,
    updated_at: state.updates.of(pull),
    merged: pull.mergedAt !== null,
    merged_at: pull.mergedAt,
    merged_by: viewKnown(pull.mergedBy),
    // Before the merge the latest test merge commit, however old it is.
    merge_commit_sha: pull.mergedAt === null ? pull.testMergeCommit : pull.mergeCommit,
    auto_merge: pull.autoMerge && {
      enabled_by: viewAccount(pull.autoMerge.by),
      merge_method: pull.autoMerge.method,
      commit_title: `${pull.title} (#${pull.number})`,
      commit_message: "",
    },
    html_url: `${state.url()}/${state.owner}/${state.name}/pull/${pull.number}`,
    url: `${state.url()}/repos/${state.owner}/${state.name}/pulls/${pull.number}`,
    head: {
      ref: pull.headBranch,
      sha: pull.headSha,
      label: `${state.owner}:${pull.headBranch}`,
      repo: repository(pull.headRepositoryId),
    },
    base: {
      ref: pull.baseBranch,
      sha: pull.baseSha,
      label: `${state.owner}:${pull.baseBranch}`,
      repo: ours,
    },
    requested_reviewers: [],
    requested_teams: pull.requestedTeams.map((slug) => ({ slug, name: slug })),
  };
}

/** What a pull request says of its repository that changes while the pull request does not: with every push. */
function viewActivity(state: State) {
  const open = [...state.pulls, ...state.issues].filter((one) => one.state === "open");
  return { pushed_at: state.activity.at(-1)?.timestamp ?? null, open_issues_count: open.length };
}

/** A pull request in lists and in the webhook of a review: the short form, which does not say who merged it. */
export function viewShortPull(state: State, pull: Pull) {
  const { merged: _merged, merged_by: _mergedBy, ...short } = viewPull(state, pull);
  return short;
}

/** REST writes states in capitals, webhooks in small letters. */
export function viewReview(review: Review, place: "rest" | "webhook") {
  return {
    id: review.id,
    user: viewKnown(review.user),
    body: review.body,
    state: place === "rest" ? review.state : review.state.toLowerCase(),
    commit_id: review.commit,
    submitted_at: review.submittedAt,
    author_association: "MEMBER",
  };
}

export function viewCheckRun(state: State, run: CheckRun) {
  return {
    id: run.id,
    name: run.name,
    head_sha: run.headSha,
    external_id: run.externalId,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    details_url: run.detailsUrl,
    html_url: `${state.url()}/${state.owner}/${state.name}/runs/${run.id}`,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: "",
    },
    app: viewApp(state, run.appId),
    check_suite: { id: Number.parseInt(run.headSha.slice(0, 8), 16) },
    pull_requests: state.pulls
      .filter((pull) => pull.state === "open" && pull.headSha === run.headSha)
      .map((pull) => ({ number: pull.number, head: { sha: pull.headSha }, base: { ref: pull.baseBranch } })),
  };
}

export function viewComment(state: State, comment: Comment) {
  return {
    id: comment.id,
    user: viewAccount(comment.user),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    issue_url: `${state.url()}/repos/${state.owner}/${state.name}/issues/${comment.issue}`,
    html_url: `${state.url()}/${state.owner}/${state.name}/pull/${comment.issue}#issuecomment-${comment.id}`,
    performed_via_github_app: comment.appId === null ? null : viewApp(state, comment.appId),
  };
}

function viewApp(state: State, id: number) {
  const slug = [state.app, ...state.apps.values()].find((app) => app.id === id)?.slug ?? `app-${id}`;
  return { id, slug, name: slug };
}

/** What every webhook carries beside its own part. */
export function viewSender(state: State, sender: Account) {
  return {
    repository: viewRepository(state),
    organization: { login: state.owner, id: 1 },
    sender: viewAccount(sender),
    installation: { id: state.app.installationId },
  };
}
