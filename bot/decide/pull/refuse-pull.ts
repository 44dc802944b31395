import type { Problem } from "../../../src/problem/problem.ts";
import { digestOfJson } from "../../../src/crypto/digest.ts";
import { inlineCode, plainText } from "../../../src/text/markdown.ts";
import { sentence } from "../../../src/text/sentence.ts";
import { SETTINGS_PATH } from "../../../src/layout/repository.ts";
import { CHECKS } from "../gate/check-names.ts";
import type { CallFailure } from "../../pure-calls.ts";
import type { CheckOutput } from "../../hub/checks.ts";
import type { PullOutputs } from "./decide-pull.ts";
import type { PullState } from "./pull-state.ts";
import { STICKY_MARKER } from "./sticky.ts";

/** Why nothing of a pull request was judged: what its files say took too much time or memory. */
export function problemOfFailure(failed: CallFailure): Problem {
  const too = failed === "too-slow" ? "too much time" : "too much memory";
  return {
    severity: "error",
    code: "pull-too-costly",
    path: SETTINGS_PATH,
    line: 1,
    column: 1,
    what: `judging the pull request takes ${too}`,
    why: "others wait for their checks meanwhile: nothing of it is read again before its branch has another head",
    fix: "split the pull request, or make its files simpler",
    docs: "docs/security.md#limits-of-what-is-read",
  };
}

/** The outputs of a pull request that is not judged: red checks with the reason, which cost nothing more until its head moves. */
export function refusePull(state: PullState, problem: Problem): PullOutputs {
  const { what, why, fix, path, line } = problem;
  const text = [
    `${plainText(sentence(what))} ${plainText(sentence(why))} (${inlineCode(`${path}:${line}`)})`,
    "",
    `To do: ${sentence(fix)}`,
  ].join("\n");
  const check = (name: string): CheckOutput => ({
    name,
    conclusion: "failure",
    externalId: digestOfJson({ ...problem }),
    title: what.slice(0, 200),
    summary: text,
    annotations: [],
  });
  const status = `### Seedbed: ❌ not judged`;
  return {
    checks: state.checkOwner === state.pull.number ? Object.values(CHECKS).map(check) : [],
    commit: null,
    update: false,
    comment: `${STICKY_MARKER}\n${status}\n\n${plainText(sentence(what))} ${plainText(sentence(why))}\n\n**Next:** ${plainText(fix)}.`,
    requestTeams: [],
    adopt: null,
  };
}
