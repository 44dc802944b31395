import { digestOfJson } from "../../../src/crypto/digest.ts";
import { folderOf } from "../../../src/layout/database-folder.ts";
import { showDocs } from "../../../src/problem/docs-url.ts";
import { codeBlock } from "../../../src/text/markdown.ts";
import { countProblems, limitProblems } from "../../../src/problem/limit-problems.ts";
import type { Problem } from "../../../src/problem/problem.ts";
import { renderProblems } from "../../../src/problem/render-problems.ts";
import { summarizeProblems } from "../../../src/problem/summarize-problems.ts";
import type { CheckOutput } from "../../hub/checks.ts";
import type { Touched } from "../gate/changed-paths.ts";
import { CHECKS } from "../gate/check-names.ts";
import type { PullState } from "./pull-state.ts";
import { cutText } from "./show-text.ts";

/** GitHub takes so many with one call; more of them only cost calls. */
const MOST_ANNOTATIONS = 50;

/** The check seedbed/validate: the first problems are annotations on their lines, and the text lists as many as anybody reads. */
export function decideValidate(state: PullState, all: readonly Problem[], touched: Touched): CheckOutput {
  const problems = limitProblems(all);
  const requests = touched.databases.length;
  const errors = problems.some(({ severity }) => severity === "error");
  const counts = summarizeProblems(all, requests > 0 ? { requests } : {});
  const nothing = requests === 0 && touched.github.length === 0 && problems.length === 0;
  const text = cutText(
    renderProblems(all, sourcesOf(state), {}),
    58_000,
    "(truncated: see the annotations for the rest)",
  );
  const annotated = [...ofSeverity(problems, "error"), ...ofSeverity(problems, "warning")].slice(0, MOST_ANNOTATIONS);
  const count = countProblems(problems);
  const others =
    annotated.length < count ? `Of ${count} problems, ${annotated.length} are shown on their lines.\n\n` : "";
  return {
    name: CHECKS.validate,
    conclusion: errors ? "failure" : "success",
    externalId: digestOfJson(problems.map((problem) => ({ ...problem }))),
    title: nothing ? "No Seedbed files changed" : counts.replace(/\.$/, ""),
    summary: problems.length === 0 ? counts : `${others}${codeBlock(text)}`,
    annotations: annotated.map(annotate),
  };
}

function ofSeverity(problems: readonly Problem[], wanted: Problem["severity"]): Problem[] {
  return problems.filter(({ severity }) => severity === wanted);
}

function annotate({
  severity,
  code,
  path,
  line,
  column,
  what,
  why,
  fix,
  docs,
}: Problem): CheckOutput["annotations"][number] {
  return {
    path,
    line: Math.max(1, line),
    column: Math.max(1, column),
    level: severity === "error" ? "failure" : "warning",
    title: `${severity}[${code}]`,
    message: [what, why, `fix: ${fix}`, `docs: ${showDocs(docs)}`].join("\n"),
  };
}

function sourcesOf({ result }: PullState): Record<string, string> {
  const files = Object.entries(result.contents).flatMap(([database, { files: own }]) =>
    Object.entries(own.files).map(([path, text]) => [folderOf(database).at(path), text]),
  );
  return Object.fromEntries(files) as Record<string, string>;
}
