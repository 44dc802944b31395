import { isWriter, type MergeMethod, type Pull, type Review, type State } from "./state.ts";

type Parameters = Record<string, unknown>;

/** Every rule of main that the pull request does not meet now, but for what a merge queue would see to: being up to date. */
export async function brokenRules(state: State, pull: Pull): Promise<string[]> {
  const checks = rulesFor(state, pull, "required_status_checks");
  const tested = checks.length === 0 ? null : await state.mergeTests.current(pull);
  return [
    ...rulesFor(state, pull, "pull_request").flatMap((rule) => missingReviews(state, pull, rule)),
    ...checks.flatMap((rule) => missingChecks(state, [tested, pull.headSha], rule)),
  ];
}

/** The same and, where the rule is strict, that the head contains the base's tip. */
export async function brokenRulesOfMerge(state: State, pull: Pull, base: string): Promise<string[]> {
  const strict = rulesFor(state, pull, "required_status_checks").filter(isStrict);
  const count = strict.flatMap(requiredChecks).length;
  const broken = await brokenRules(state, pull);
  if (count === 0 || (await state.git.isAncestor(base, pull.headSha))) return broken;
  // What GitHub says of a green pull request that is behind: RakuenSoftware/aimee#2460, b-open-io/prompts#69.
  return [...broken.filter((sentence) => !isAboutCheck(sentence)), `${count} of ${count} ${EXPECTED}`];
}

const EXPECTED = "required status checks are expected.";

/** The sentence about a method that a rule of the branch does not allow; null if all do. */
export function refusedMethod(state: State, pull: Pull, method: MergeMethod): string | null {
  const allowed = rulesFor(state, pull, "pull_request").map((rule) => rule["allowed_merge_methods"]);
  const refused = allowed.some((methods) => Array.isArray(methods) && !methods.includes(method));
  const name = { merge: "Merge commits", squash: "Squash merges", rebase: "Rebase merges" }[method];
  // The simulated repository itself does not allow to rebase.
  return refused || method === "rebase" ? `${name} are not allowed on this repository.` : null;
}

/** `mergeable_state`: GraphQL's `MergeStateStatus` in small letters, without what only hooks and optional checks would add. */
export async function mergeState(state: State, pull: Pull, mergeable: boolean | null): Promise<string> {
  const base = await state.git.resolve(`refs/heads/${pull.baseBranch}`);
  if (mergeable === null || base === null) return "unknown";
  if (!mergeable) return "dirty";
  if (pull.draft) return "draft";
  if ((await brokenRules(state, pull)).length > 0) return "blocked";
  return (await brokenRulesOfMerge(state, pull, base)).length > 0 ? "behind" : "clean";
}

/** The required checks that are not green on a commit, as sentences. */
export function failedChecks(state: State, sha: string): string[] {
  const rules = state.ruleset.rules.filter(({ type }) => type === "required_status_checks");
  return rules.flatMap(({ parameters = {} }) => missingChecks(state, [sha], parameters));
}

/** Whether such a sentence is about a check that may still come. */
export function isMissing(sentence: string): boolean {
  return /is (?:expected|in progress)\.$/.test(sentence);
}

function isAboutCheck(sentence: string): boolean {
  return sentence.startsWith("Required status check");
}

/** The parameters of the rules of a type that apply to what the pull request wants to change. */
function rulesFor(state: State, pull: Pull, wanted: string): Parameters[] {
  if (pull.baseBranch !== state.defaultBranch || state.plan === "free") return [];
  return state.ruleset.rules.filter(({ type }) => type === wanted).map(({ parameters = {} }) => parameters);
}

function isStrict(rule: Parameters): boolean {
  return rule["strict_required_status_checks_policy"] === true;
}

function missingReviews(state: State, pull: Pull, parameters: Parameters): string[] {
  const needed = Number(parameters["required_approving_review_count"] ?? 0);
  const latest = new Map<string, Review>();
  for (const review of state.reviews)
    if (review.pull === pull.number && review.state !== "COMMENTED" && isWriter(state, review.user))
      latest.set(review.user.login, review);
  const reviews = [...latest.values()];
  if (reviews.some((review) => review.state === "CHANGES_REQUESTED"))
    return ["Changes were requested by a reviewer with write access."];
  const approvals = reviews.filter((review) => review.state === "APPROVED");
  if (approvals.length < needed)
    return [`At least ${needed} approving review is required by reviewers with write access.`];
  return parameters["require_last_push_approval"] === true && !isLastPushApproved(pull, approvals)
    ? ["New changes require approval from someone other than the last pusher."]
    : [];
}

/** "The most recent reviewable push must be approved by someone other than the person who pushed it"; pressing "Update branch" is a push (strands-labs/robots#3190). */
function isLastPushApproved({ headSha, lastPusher }: Pull, approvals: Review[]): boolean {
  return approvals.some(({ commit, user }) => commit === headSha && user.id !== lastPusher.id);
}

interface RequiredCheck {
  context: string;
  integration_id?: number;
}

function requiredChecks(parameters: Parameters): RequiredCheck[] {
  return (parameters["required_status_checks"] ?? []) as RequiredCheck[];
}

/**
 * "If the test merge commit has a status, the test merge commit must pass. Otherwise, the status of the head commit must pass" (docs.github.com,
 * Troubleshooting required status checks): for each check the first of the commits that has it.
 */
function missingChecks(state: State, commits: (string | null)[], parameters: Parameters): string[] {
  return requiredChecks(parameters).flatMap(({ context, integration_id }) => {
    const runs = state.checkRuns.filter(
      (run) => run.name === context && (integration_id === undefined || run.appId === integration_id),
    );
    const latest = commits.map((sha) => runs.findLast(({ headSha }) => headSha === sha)).find(Boolean);
    if (!latest) return [`Required status check "${context}" is expected.`];
    if (latest.status !== "completed" || latest.rerequested)
      return [`Required status check "${context}" is in progress.`];
    return ["success", "neutral", "skipped"].includes(latest.conclusion ?? "")
      ? []
      : [`Required status check "${context}" is failing.`];
  });
}
