import { plainText } from "../../../src/text/markdown.ts";
import type { CheckOutput } from "../../hub/checks.ts";
import type { PersonFacts } from "../../hub/git.ts";
import { LISTED_COMMITS } from "../reviews/listed-commits.ts";
import { judgeReviews, type ReviewJudgement, type ReviewVerdict } from "../reviews/judge-reviews.ts";
import { digestOfApproved, isNothing } from "../gate/change-set.ts";
import { CHECKS } from "../gate/check-names.ts";
import { renderRecord } from "../gate/record.ts";
import { checkRules } from "./check-rules.ts";
import { findRequirements, type Requirement } from "./find-requirements.ts";
import type { GateFacts } from "./gate-facts.ts";
import { NO_RULES, NO_RULES_FIX } from "./no-rules.ts";
import { findMergeObstacle } from "./obstacles.ts";
import type { ParsedSides } from "./parse-sides.ts";
import type { PullState } from "./pull-state.ts";
import { cutText, showTime } from "./show-text.ts";
import { describeUnpermitted } from "./unpermitted.ts";

/** A requirement and the result of its reviews. */
export interface JudgedRequirement extends Requirement {
  /** Logins of the people who may approve now. */
  names: string[];
  /** Logins in the settings that GitHub does not know, such as those that their owners have changed. */
  strangers: string[];
  judgement: ReviewJudgement;
  obstacles: string[];
  met: boolean;
}

/** A pull request, what it says, and what decides about its reviews. */
export type GatedPull = PullState & ParsedSides & { gate: GateFacts };

/** Judges every requirement for this head. `renderedAt` is when its render check turned green, null while it is not green. */
export function judgeRequirements(state: GatedPull, renderedAt: string | null): JudgedRequirement[] {
  const [head, ...earlier] = state.gate.heads;
  const heads = [{ ...head!, renderedAt }, ...earlier];
  return findRequirements(state).map((requirement) => {
    const found = state.approvers[requirement.key] ?? [];
    const approvers = typeof found === "string" ? [] : found;
    const names = approvers.map(({ login }) => login);
    const strangers = typeof found === "string" ? [] : findStrangers(requirement.people.users, names);
    const { required } = requirement;
    const judgement = judgeReviews({ ...state.gate, reviews: state.reviews, heads, required, approvers });
    const obstacles = [
      ...(requirement.unknown === null ? [] : [`No approvers can be determined: ${requirement.unknown}.`]),
      ...(typeof found === "string" ? [found] : []),
      ...(strangers.length > 0 && names.length === 0 ? ["Nobody is left who may approve."] : []),
      ...(isFork(state)
        ? ["The branch belongs to a fork: a user with write permission can adopt it with `/seedbed adopt`."]
        : []),
      ...(isFork(state) ? [] : judgement.obstacles),
      ...obstaclesOf(state),
    ];
    const met = judgement.approved && obstacles.length === 0;
    return { ...requirement, names, strangers, judgement, obstacles, met };
  });
}

function findStrangers(users: readonly string[], names: readonly string[]): string[] {
  const known = new Set(names.map((name) => name.toLowerCase()));
  return users.filter((login) => !known.has(login.toLowerCase()));
}

function obstaclesOf({ pull, repository, commits, pushes }: PullState): string[] {
  const { defaultBranch } = repository;
  const found: [boolean, string][] = [
    // With another base, GitHub omits commits that become part of the pull request once its base is changed.
    [
      pull.base.branch !== defaultBranch,
      `It targets a branch other than ${defaultBranch}: approvals only count for ${defaultBranch}.`,
    ],
    [
      pushes.length > 0 && pushes[0]!.after !== pull.head.sha,
      "GitHub does not list the latest push to this branch yet.",
    ],
    [!commits.some(({ sha }) => sha === pull.head.sha), "GitHub does not list the latest commit of this branch yet."],
    [commits.length >= LISTED_COMMITS, `GitHub lists only ${LISTED_COMMITS} commits: squash the branch.`],
  ];
  return found.filter(([there]) => there).map(([, sentence]) => sentence);
}

/**
 * The check seedbed/dba-approval: success if and only if the merge would do what the page shows, every requirement is met, and the
 * branch rules protect main.
 */
export function decideApproval(state: GatedPull, judged: readonly JudgedRequirement[]): CheckOutput {
  const { changes } = state.gate;
  const base = { name: CHECKS.approval, externalId: digestOfApproved(changes), annotations: [] };
  const red = (title: string, lines: readonly string[]): CheckOutput => {
    return { ...base, conclusion: "failure", title, summary: lines.join("\n") };
  };
  const obstacle = findMergeObstacle(state, state.gate);
  if (obstacle !== null) return red(obstacle.title, [...obstacle.lines, "", `To do: ${obstacle.fix}.`]);
  const text = recordOf(state, judged);
  if (text === null) return red("Too many files for one approval", [TOO_MANY, "", "To do: split the pull request."]);
  if (judged.length === 0) {
    const summary = "This pull request changes no request, no settings and no workflow, so Seedbed needs no approval.";
    return { ...base, conclusion: "success", title: "No approval needed", summary, text };
  }
  if (state.rules === null)
    return red("This repository's plan does not protect main", [NO_RULES, "", `To do: ${NO_RULES_FIX}.`]);
  const rules = checkRules(state.rules, state.appId);
  if (rules.length > 0) return red("The branch rules do not protect main", describeRules(rules));
  return { ...base, ...describeReviews(state, judged), text };
}

const TOO_MANY = "What this pull request changes below `.github/` does not fit into the record of its approval.";

/** What the check covers, for the bot itself; empty where there is nothing to answer for. */
function recordOf({ gate, pull }: GatedPull, judged: readonly JudgedRequirement[]): string | null {
  const { changes, heads, contributors, headsAtReview } = gate;
  if (isNothing(changes)) return "";
  const counting = judged.flatMap(({ judgement }) => judgement.counting.map(({ id }) => id));
  const reviews = [...new Set(counting)].toSorted();
  return renderRecord({
    changes,
    heads: heads.map(({ sha }) => sha),
    updates: gate.updates.toSorted(),
    pushers: distinctPeople(contributors.pushers),
    reviews: reviews.map((id) => ({ id, head: headsAtReview[id]?.[0] ?? pull.head.sha })),
  });
}

/** Each once, in the order of their ids; whoever cannot be named is null. */
function distinctPeople(people: readonly (PersonFacts | null)[]): (PersonFacts | null)[] {
  const byId = new Map(people.map((person) => [person?.id ?? "", person]));
  return [...byId.values()].toSorted((a, b) => Number(a?.id ?? 0) - Number(b?.id ?? 0));
}

function describeReviews(
  state: GatedPull,
  judged: readonly JudgedRequirement[],
): Pick<CheckOutput, "conclusion" | "title" | "summary"> {
  const open = judged.filter(({ met }) => !met);
  const parts = [describeUnpermitted(state), ...judged.map(describe)].filter((part) => part !== "");
  const summary = cutText(parts.join("\n\n"), 60_000, "(truncated: too many reviews)");
  const count = `${judged.length - open.length} of ${judged.length}`;
  if (open.length === 0) return { conclusion: "success", title: titleOfApproved(judged), summary };
  const [first] = open;
  const single = `Not approved yet: ${first!.judgement.counting.length} of ${first!.judgement.required} required approvals`;
  const title = judged.length === 1 ? single : `Not approved yet: ${count} requirements met`;
  return { conclusion: "action_required", title, summary };
}

function isFork({ pull, repository }: PullState): boolean {
  return pull.head.repositoryId !== repository.id;
}

function titleOfApproved(judged: readonly JudgedRequirement[]): string {
  const names = new Set(judged.flatMap(({ judgement }) => judgement.counting.map(({ user }) => user.login)));
  return `Approved by ${[...names].toSorted().join(", ")}`;
}

function describeRules(rules: string[]): string[] {
  return [
    "Approvals cannot be trusted while main can be changed without them:",
    ...rules.map((rule) => `- ${rule}`),
    "",
    "To do: an administrator applies the ruleset in `.github/seedbed/ruleset.json` again.",
  ];
}

function describe(requirement: JudgedRequirement): string {
  const { subject, strangers, judgement, obstacles, met } = requirement;
  const head = `**${met ? "✅ Approved" : "⏳ Not approved yet"}: ${judgement.counting.length} of ${judgement.required} required approvals** for ${subject}`;
  const reviews = judgement.verdicts.map((verdict) => `- ${describeVerdict(verdict)}`);
  const none = reviews.length === 0 ? ["- No reviews yet."] : [];
  return [
    head,
    ...obstacles.map((text) => `- ❌ ${text}`),
    ...strangers.map((login) => `- ⚠️ ${describeStranger(login)}`),
    ...reviews,
    ...none,
    ...(met ? [] : [`To do: ${nextStep(requirement)}.`]),
  ].join("\n");
}

// Without an @: whoever takes the login must not be called here.
function describeStranger(login: string): string {
  return `GitHub does not know the login \`${login}\`: nobody has to wait for it. Whoever takes it may approve here, so remove it from \`.github/seedbed.yml\`, or name a team.`;
}

function describeVerdict({ login, at, code, why }: ReviewVerdict): string {
  const when = showTime(at);
  if (code === "counts") return `✅ @${login} approved (${when}): this approval counts.`;
  return `@${login} (${when}) ${plainText(why)}: this does not count as an approval.`;
}

/** Who has to do what now: a sentence without its full stop. */
export function nextStep({ people, names, strangers, judgement, obstacles }: JudgedRequirement): string {
  if (obstacles.length > 0) return `resolve the problem that ${CHECKS.approval} names first; then reviewers are asked`;
  const missing = judgement.required - judgement.counting.length;
  const users = people.users.filter((login) => !strangers.includes(login));
  const who = [...people.teams, ...users.map((login) => `@${login}`)].join(", ");
  const known = names.length > 0 && names.length <= 10 ? ` (${names.map((name) => `@${name}`).join(", ")})` : "";
  return `${missing === 1 ? "one" : String(missing)} of ${who}${known} ${missing === 1 ? "approves" : "approve"} the current commit`;
}
