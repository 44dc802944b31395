import { plainText } from "../../../src/text/markdown.ts";
import type { Problem } from "../../../src/problem/problem.ts";
import { adoptionBranch } from "./adopt.ts";
import { nextStep, type GatedPull, type JudgedRequirement } from "./approval-check.ts";
import { adoptCommand, answerCommands } from "./commands.ts";
import type { CheckOutput } from "../../hub/checks.ts";
import { describeRisks, describeTable, foldsOf, headlineOf } from "./describe-database.ts";
import type { JudgedDatabase } from "./judge-databases.ts";
import { NO_RULES_FIX } from "./no-rules.ts";
import { findMergeObstacle, updateStep } from "./obstacles.ts";
import type { PullState } from "./pull-state.ts";
import { showTime } from "./show-text.ts";
import { fitComment, STICKY_MARKER, type Fold } from "./sticky.ts";

export interface PullFindings {
  judged: readonly JudgedDatabase[];
  problems: readonly Problem[];
  requirements: readonly JudgedRequirement[];
  validate: CheckOutput;
  render: CheckOutput;
  approval: CheckOutput;
  /** Ids of the comments whose adoption the bot has carried out. */
  adopted: readonly string[];
}

const SHOWN_RISKS = 20;
const SHOWN_DATABASES = 20;

/** The sticky comment: what will happen, the risks, what blocks the merge, and who does what next. */
export function describePull(state: GatedPull, findings: PullFindings): string {
  const { judged } = findings;
  const status = statusOf(findings);
  const heads = judged.map(headlineOf);
  const title =
    heads.length === 1 ? heads[0]! : heads.length > 1 ? `${heads.length} databases` : "settings and workflows";
  const databases = judged
    .slice(0, SHOWN_DATABASES)
    .flatMap((one) => [
      ...(judged.length > 1 ? [`#### ${headlineOf(one)}`] : []),
      describeTable(one, state.settings.settings),
    ]);
  const others =
    judged.length > SHOWN_DATABASES ? [`…and ${judged.length - SHOWN_DATABASES} more databases: see the checks.`] : [];
  const visible = [
    `${STICKY_MARKER}${adoptedMarker(findings.adopted)}\n### Seedbed: ${title} · ${status}`,
    ...databases,
    ...others,
    listOf(risksOf(findings)),
    `**Next:** ${nextOf(state, findings)}`,
    ...answers(state),
  ].filter((part) => part !== "");
  return fitComment(visible.join("\n\n"), [
    ...judged.slice(0, SHOWN_DATABASES).flatMap((one) => foldsOf(state, one)),
    ...history(findings),
  ]);
}

function adoptedMarker(adopted: readonly string[]): string {
  return adopted.length === 0 ? "" : `<!-- seedbed:adopted ${adopted.toSorted().join(" ")} -->`;
}

/** Adoptions that the bot's earlier comment records: they are not repeated when their branch is deleted. */
export function readAdoptedMarker(body: string): string[] {
  return /<!-- seedbed:adopted ([\d ]+) -->/.exec(body)?.[1]?.split(" ") ?? [];
}

function statusOf({ validate, render, approval }: PullFindings): string {
  if (validate.conclusion !== "success") return "❌ has errors";
  if (render.conclusion !== "success") return "⏳ waiting for the manifests";
  return approval.conclusion === "success" ? "✅ ready to merge" : "⏳ waiting for a review";
}

function risksOf({ judged, problems }: PullFindings): string[] {
  const own = new Set(judged.flatMap((one) => one.problems));
  const rest = problems.filter((problem) => !own.has(problem));
  return [...judged.flatMap(describeRisks), ...describeRisks({ problems: rest } as JudgedDatabase)];
}

function listOf(lines: string[]): string {
  const more =
    lines.length > SHOWN_RISKS ? [`- …and ${lines.length - SHOWN_RISKS} more: see the check seedbed/validate.`] : [];
  return [...lines.slice(0, SHOWN_RISKS), ...more].join("\n");
}

function nextOf(state: GatedPull, { validate, render, requirements, approval, adopted }: PullFindings): string {
  const { pull, repository } = state;
  if (pull.head.repositoryId !== repository.id) return forkStep(state, adopted);
  if (validate.conclusion !== "success")
    return `@${pull.author.login} fixes the errors above; every push is checked again.`;
  const obstacle = findMergeObstacle(state, state.gate);
  if (obstacle !== null) return `@${pull.author.login}: ${obstacle.fix}; see the check seedbed/dba-approval.`;
  if (render.conclusion !== "success") return "the generated files have to be updated; see the check seedbed/render.";
  if (state.rules === null) return `${NO_RULES_FIX}; see the check seedbed/dba-approval.`;
  if (approval.conclusion === "failure")
    return "an administrator fixes the branch rules; see the check seedbed/dba-approval.";
  const open = requirements.filter(({ met }) => !met);
  if (open.length === 0) return mergeStep(state);
  const steps = open.map((one) => (open.length === 1 ? nextStep(one) : `for ${one.subject}, ${nextStep(one)}`));
  return `${steps.join("; ")}. The approval covers the files at \`${pull.head.sha.slice(0, 12)}\`; any new commit needs a new one.`;
}

/** A merge queue brings branches up to date by itself. */
function mergeStep({ pull, merge, rules }: PullState): string {
  const covers =
    "The approval covers these files only: it survives an update of the branch with main, and no other commit.";
  const behind = merge.kind === "tested" && rules?.some(({ type }) => type === "merge_queue") !== true;
  if (!behind) return `merge. ${covers}`;
  const own = pull.autoMerge
    ? "The bot does that where GitHub lets it, which it does not if main brings workflows. "
    : "";
  return `${updateStep(pull.number)}, then merge. ${own}${covers}`;
}

function forkStep(state: PullState, adopted: readonly string[]): string {
  if (adopted.length === 0)
    return `a user with write permission reads the request and comments \`${adoptCommand(state)}\`. The bot cannot push to a fork, so it then copies the request at this commit to a branch of this repository.`;
  return `the request is on the branch \`${adoptionBranch(state.pull.number)}\`: open a pull request from it and close this one.`;
}

function answers(state: PullState): string[] {
  const lines = answerCommands(state);
  return lines.length === 0 ? [] : [`**Commands**\n\n${lines.join("\n")}`];
}

function history({ requirements }: PullFindings): Fold[] {
  const lines = requirements.flatMap(({ subject, judgement }) =>
    judgement.verdicts.map(({ login, at, why }) => `- ${showTime(at)}: ${login} for ${subject}: ${plainText(why)}`),
  );
  return lines.length === 0 ? [] : [{ title: `Reviews (${lines.length})`, open: "", lines, close: "" }];
}
