import { digestOfJson } from "../../../src/crypto/digest.ts";
import { inlineCode } from "../../../src/text/markdown.ts";
import { RENDERER_VERSION } from "../../../src/use-cases/render.ts";
import type { BranchChange } from "../../hub/git.ts";
import type { CheckFacts, CheckOutput } from "../../hub/checks.ts";
import { isPlain } from "../../../src/database/file-mode.ts";
import { blobId } from "../gate/blob-id.ts";
import { CHECKS } from "../gate/check-names.ts";
import { commitOfFix, findPushObstacle, findTreeFix, type TreeFix } from "./fix-tree.ts";
import type { JudgedDatabase } from "./judge-databases.ts";
import { updateStep } from "./obstacles.ts";
import type { PullState } from "./pull-state.ts";

export interface RenderDecision {
  check: CheckOutput;
  commit: BranchChange | null;
}

export interface RenderFacts {
  judged: readonly JudgedDatabase[];
  /** The tree has links or submodules: then the bot writes nothing. */
  badEntries: boolean;
  /** The bot's green check on this head, if a review that counts came after it: the approver saw exactly this tree. */
  seen: CheckFacts | null;
}

/** The check seedbed/render, and the commit that makes it green. */
export function decideRender(state: PullState, facts: RenderFacts): RenderDecision {
  const base = {
    name: CHECKS.render,
    externalId: digestOfJson({ renderer: RENDERER_VERSION, head: state.pull.head.sha }),
    annotations: [],
  };
  const red = (title: string, summary: string): CheckOutput => ({ ...base, conclusion: "failure", title, summary });
  if (facts.badEntries)
    return {
      check: red(
        "The tree contains links or submodules",
        "Seedbed writes nothing here until they are removed: see seedbed/validate.",
      ),
      commit: null,
    };
  // A commit now would invalidate the approval. Changes on main since then are rendered on main after the merge.
  if (facts.seen !== null) return { check: { ...base, conclusion: "success", ...contentOf(facts.seen) }, commit: null };
  const fix = joinFixes(state, facts.judged);
  const databases = facts.judged.map(({ database }) => database);
  const broken = facts.judged.filter(({ manifests }) => manifests === null).map(({ database }) => database);
  const green: CheckOutput = {
    ...base,
    conclusion: "success",
    title: titleOf(databases),
    summary: describeGreen(databases),
  };
  if (!isEmpty(fix)) return push(state, { fix, databases, red });
  return { check: broken.length > 0 ? waiting(red, broken) : green, commit: null };
}

interface Push {
  fix: TreeFix;
  databases: string[];
  red: (title: string, summary: string) => CheckOutput;
}

/** The bot's commit, or why it makes none. */
function push(state: PullState, { fix, databases, red }: Push): RenderDecision {
  const own = keepForHead(state, fix);
  if (isEmpty(own)) return { check: red("The merge gives other manifests", describeMixed(fix, state)), commit: null };
  const obstacle = findPushObstacle(state);
  const list = [
    ...own.write.map(({ path }) => `- write ${inlineCode(path)}`),
    ...own.remove.map((path) => `- remove ${inlineCode(path)}`),
  ];
  if (obstacle !== null)
    return {
      check: red("Generated files are out of date", describeObstacle(obstacle, list, databases)),
      commit: null,
    };
  const summary = ["The bot pushes a commit that fixes this:", "", ...list.slice(0, 200)].join("\n");
  return { check: red("Generated files are being updated", summary), commit: commitOfFix(state, own) };
}

function contentOf({ externalId, title, summary }: CheckFacts) {
  return { externalId, title, summary };
}

function joinFixes(state: PullState, judged: readonly JudgedDatabase[]): TreeFix {
  const fixes = judged.map((database) => findTreeFix(state, database));
  return { write: fixes.flatMap(({ write }) => write), remove: fixes.flatMap(({ remove }) => remove) };
}

/** What the head lacks itself: git may merge what it has with main's into something else. */
function keepForHead({ merge, settings }: PullState, { write, remove }: TreeFix): TreeFix {
  const head = new Map(merge.head.map(({ path, mode, blob }) => [path, isPlain(mode) ? blob : ""]));
  return {
    write: write.filter(({ path, text }) => head.get(path) !== blobId(text, settings.commit)),
    remove: remove.filter((path) => head.has(path)),
  };
}

function describeMixed({ write, remove }: TreeFix, { pull }: PullState): string {
  const paths = [...write.map(({ path }) => path), ...remove];
  return [
    "This branch has the right files, but git would merge them with main's:",
    "",
    ...paths.slice(0, 200).map((path) => `- ${inlineCode(path)}`),
    "",
    `To do: ${updateStep(pull.number)}.`,
  ].join("\n");
}

function isEmpty({ write, remove }: TreeFix): boolean {
  return write.length === 0 && remove.length === 0;
}

function titleOf(databases: string[]): string {
  if (databases.length === 0) return "No generated files are affected";
  return databases.length === 1 ? `${databases[0]}: up to date` : `${databases.length} databases: up to date`;
}

function describeGreen(databases: string[]): string {
  if (databases.length === 0) return "This pull request changes no database.";
  const list = databases.map((name) => `- ${inlineCode(`environments/${name}/manifests/`)}`).join("\n");
  return `Byte for byte what the requests render to with main's settings and locks:\n\n${list}`;
}

function waiting(red: (title: string, summary: string) => CheckOutput, broken: string[]): CheckOutput {
  return red(
    `Not rendered: ${broken.join(", ")}`.slice(0, 200),
    "A request with errors is not rendered: see seedbed/validate.",
  );
}

function describeObstacle(obstacle: string, list: string[], databases: string[]): string {
  const commands = databases.map((name) => `    seedbed render ${name}`).join("\n");
  return [
    `The bot cannot push here: ${obstacle}.`,
    "",
    ...list.slice(0, 200),
    "",
    "To do: run this and commit the result:",
    "",
    commands,
  ].join("\n");
}
