import { digestOfJson } from "../../src/digests/digest.ts";
import { RENDERER_VERSION } from "../../src/stories/render.ts";
import type { BranchChange, CheckOutput } from "../hub.ts";
import { CHECKS } from "./check-names.ts";
import { commitOfFix, findPushObstacle, findTreeFix, type TreeFix } from "./fix-tree.ts";
import type { JudgedDatabase } from "./judge-databases.ts";
import { inlineCode } from "./markdown.ts";
import type { PullState } from "./pull-state.ts";

export interface RenderDecision {
  check: CheckOutput;
  commit: BranchChange | null;
}

export interface RenderFacts {
  judged: readonly JudgedDatabase[];
  /** Links, submodules and the like: then the bot touches nothing. */
  badEntries: boolean;
  /** A review counts on this head: its approver has seen this tree, and nothing is pushed any more. */
  reviewed: boolean;
}

/** The check seedbed/render, and the commit that makes it green. */
export function decideRender(state: PullState, facts: RenderFacts): RenderDecision {
  const base = {
    name: CHECKS.render,
    externalId: digestOfJson({ renderer: RENDERER_VERSION, head: state.head.commit }),
    annotations: [],
  };
  const red = (title: string, summary: string): CheckOutput => ({ ...base, conclusion: "failure", title, summary });
  if (facts.badEntries)
    return {
      check: red(
        "Links or submodules among the files",
        "Seedbed writes nothing here until they are gone: see seedbed/validate.",
      ),
      commit: null,
    };
  const fix = joinFixes(state, facts.judged);
  const databases = facts.judged.map(({ database }) => database);
  const broken = facts.judged.filter(({ manifests }) => manifests === null).map(({ database }) => database);
  const green: CheckOutput = {
    ...base,
    conclusion: "success",
    title: titleOf(databases),
    summary: describeGreen(databases),
  };
  if (isEmpty(fix)) return { check: broken.length > 0 ? waiting(red, broken) : green, commit: null };
  if (facts.reviewed) return { check: { ...green, summary: AFTER_REVIEW }, commit: null };
  const obstacle = findPushObstacle(state);
  const list = [
    ...fix.write.map(({ path }) => `- write ${inlineCode(path)}`),
    ...fix.remove.map((path) => `- remove ${inlineCode(path)}`),
  ];
  if (obstacle !== null)
    return {
      check: red("Generated files are not what they must be", describeObstacle(obstacle, list, databases)),
      commit: null,
    };
  const summary = ["The bot pushes a commit that mends this:", "", ...list.slice(0, 200)].join("\n");
  return { check: red("Generated files are being rendered", summary), commit: commitOfFix(state, fix, databases) };
}

const AFTER_REVIEW =
  "The files are as they were when the review was given. Main's settings have changed since; the bot renders them again on main after the merge.";

function joinFixes(state: PullState, judged: readonly JudgedDatabase[]): TreeFix {
  const fixes = judged.map((database) => findTreeFix(state, database));
  return { write: fixes.flatMap(({ write }) => write), remove: fixes.flatMap(({ remove }) => remove) };
}

function isEmpty({ write, remove }: TreeFix): boolean {
  return write.length === 0 && remove.length === 0;
}

function titleOf(databases: string[]): string {
  if (databases.length === 0) return "No generated files are touched";
  return databases.length === 1 ? `${databases[0]}: as rendered` : `${databases.length} databases: as rendered`;
}

function describeGreen(databases: string[]): string {
  if (databases.length === 0) return "This pull request touches no database.";
  const list = databases.map((name) => `- ${inlineCode(`environments/${name}/manifests/`)}`).join("\n");
  return `Byte for byte what the requests give with main's settings and locks:\n\n${list}`;
}

function waiting(red: (title: string, summary: string) => CheckOutput, broken: string[]): CheckOutput {
  return red(`Not rendered: ${broken.join(", ")}`, "A request with errors has no manifests: see seedbed/validate.");
}

function describeObstacle(obstacle: string, list: string[], databases: string[]): string {
  const commands = databases.map((name) => `    seedbed render ${name}`).join("\n");
  return [
    `The bot does not push here: ${obstacle}.`,
    "",
    ...list.slice(0, 200),
    "",
    "To do: run this and commit what it writes:",
    "",
    commands,
  ].join("\n");
}
