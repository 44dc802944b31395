import type { Problem } from "../../../src/problem/problem.ts";
import { hasErrors } from "../../../src/use-cases/load.ts";
import type { BranchChange } from "../../hub/git.ts";
import type { CheckFacts, CheckOutput } from "../../hub/checks.ts";
import { greenSince } from "../reviews/green-since.ts";
import { decideAdoption, type Adoption } from "./adopt.ts";
import { decideApproval, judgeRequirements, type GatedPull, type JudgedRequirement } from "./approval-check.ts";
import { findTouched, type Touched } from "../gate/changed-paths.ts";
import { checkEntries } from "./check-entries.ts";
import { CHECKS } from "../gate/check-names.ts";
import { listCommands } from "./commands.ts";
import { describePull } from "./describe-pull.ts";
import { deriveGateFacts } from "./gate-facts.ts";
import { checkLastBundle, judgeDatabases } from "./judge-databases.ts";
import { mayUpdate } from "./may-update.ts";
import { parseSides } from "./parse-sides.ts";
import type { PullState } from "./pull-state.ts";
import { decideRender } from "./render-check.ts";
import { findSticky } from "./sticky.ts";
import { warnUnpermitted } from "./unpermitted.ts";
import { decideValidate } from "./validate-check.ts";

/** The outputs that a pull request should have; those that are already there are not written again. */
export interface PullOutputs {
  /** For the head that was checked; empty if another pull request writes the checks of this head. */
  checks: CheckOutput[];
  commit: BranchChange | null;
  /** Whether the branch gets main merged into it: it is approved, and waits for nothing else. */
  update: boolean;
  /** null if there is nothing to say. */
  comment: string | null;
  /** `owner/slug`. */
  requestTeams: string[];
  adopt: Adoption | null;
}

/** Computes the outputs of one open pull request: the same state gives the same outputs, in whatever order its facts were read. */
export function decidePull(given: PullState): PullOutputs {
  const state: GatedPull = { ...given, ...parseSides(given), gate: deriveGateFacts(given) };
  const touched = findTouched(state.main.entries, state.result.entries);
  const bad = checkEntries(state.result.entries, touched);
  const judged = judgeDatabases(state, touched);
  const problems = collectProblems(state, { touched, bad, judged });
  const validate = decideValidate(state, problems, touched);
  const badEntries = hasLinks([...bad, ...judged.flatMap(({ problems: own }) => own)]);
  const renderGreenAt = greenSince(state.checks, CHECKS.render, state.appId);
  const render = decideRender(state, { judged, badEntries, seen: findSeenRender(state, renderGreenAt) });
  // A render check that is about to be written turns green now, so every existing review is older than it.
  const renderedAt = isWritten(state, render.check) ? renderGreenAt : null;
  const requirements = judgeRequirements(state, renderedAt);
  const approval = decideApproval(state, requirements);
  const adopt = decideAdoption(state, badEntries);
  const adopted = [...new Set([...state.adopted, ...(adopt === null ? [] : [adopt.comment])])];
  const checks = [validate, render.check, approval];
  const findings = { judged, problems, requirements, validate, render: render.check, approval, adopted };
  return {
    checks: state.checkOwner === state.pull.number ? checks : [],
    commit: state.checkOwner === state.pull.number ? render.commit : null,
    update: mayUpdate(state, checks),
    comment: hasSomethingToSay(state, touched) ? describePull(state, findings) : null,
    requestTeams:
      validate.conclusion === "success" && render.check.conclusion === "success" ? listTeams(state, requirements) : [],
    adopt,
  };
}

/** The green render check that was there when an approval that counts was given; null if there is none. */
function findSeenRender(state: GatedPull, renderGreenAt: string | null): CheckFacts | null {
  const counts = judgeRequirements(state, renderGreenAt).some(
    ({ judgement, obstacles }) => obstacles.length === 0 && judgement.counting.length > 0,
  );
  const { requests, manifests, kept } = state.gate.changes;
  const others = Object.keys(manifests).filter((name) => !Object.hasOwn(requests, name));
  // Nothing of another database has come in since then, by whatever way.
  if (!counts || renderGreenAt === null || kept.length + others.length > 0) return null;
  return state.checks.find(({ name, appId }) => name === CHECKS.render && appId === state.appId) ?? null;
}

/** Whether the head already has exactly this result. */
export function isWritten({ checks, appId }: Pick<PullState, "checks" | "appId">, check: CheckOutput): boolean {
  return checks.some(
    (there) =>
      there.appId === appId &&
      there.name === check.name &&
      there.status === "completed" &&
      there.conclusion === check.conclusion &&
      there.externalId === check.externalId &&
      there.title === check.title &&
      there.summary.trim() === check.summary.trim() &&
      there.text.trim() === (check.text ?? "").trim(),
  );
}

/** Whether the tree has links or submodules in the places that were changed: then the bot writes nothing. */
function hasLinks(problems: readonly Problem[]): boolean {
  return problems.some(({ code }) => code === "not-a-regular-file");
}

interface Found {
  touched: Touched;
  bad: Problem[];
  judged: ReturnType<typeof judgeDatabases>;
}

function collectProblems(state: GatedPull, { touched, bad, judged }: Found): Problem[] {
  const changed = state.settingsAfter;
  const ours = touched.databases.length > 0 || touched.github.length > 0;
  return [
    ...bad,
    ...judged.flatMap(({ problems }) => problems),
    ...warnUnpermitted(state),
    ...(changed === null ? [] : changed.ok ? changed.warnings : changed.problems),
    // Without settings on main no request can be judged; a pull request that fixes the settings must still be able to pass.
    ...(ours && !(changed?.ok === true) ? state.settings.problems.filter(({ severity }) => severity === "error") : []),
    ...(hasErrors(judged.flatMap(({ problems }) => problems)) ? [] : checkLastBundle(state, judged)),
  ];
}

function hasSomethingToSay(state: PullState, { databases, github, tops }: Touched): boolean {
  if (databases.length + github.length + tops.length > 0) return true;
  return findSticky(state.comments, state) !== null || listCommands(state.comments).length > 0;
}

/**
 * Teams of open requirements none of whose members has reviewed this head or is asked to: GitHub drops the request of a team
 * once one has, and with code review assignment it replaces the team by some of its members at once.
 */
function listTeams(state: PullState, requirements: readonly JudgedRequirement[]): string[] {
  if (state.pull.draft || state.pull.head.repositoryId !== state.repository.id) return [];
  const reviewed = state.reviews.filter(({ commit }) => commit === state.pull.head.sha);
  const reviewers = new Set([...reviewed.map(({ user }) => user?.login), ...state.pull.requestedUsers]);
  const open = requirements.filter(({ met, names }) => !met && !names.some((name) => reviewers.has(name)));
  const teams = open.flatMap(({ people }) => people.teams);
  const asked = new Set(state.pull.requestedTeams.map((slug) => slug.toLowerCase()));
  return [...new Set(teams)].filter((team) => !asked.has((team.split("/")[1] ?? "").toLowerCase())).toSorted();
}
