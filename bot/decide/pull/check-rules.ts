import { CHECKS } from "../gate/check-names.ts";

interface Rule {
  type: string;
  parameters: Record<string, unknown>;
}

interface RequiredCheck {
  context: string;
  integration_id?: number;
}

/** What the default branch's rules lack to make Seedbed's checks binding, as sentences; empty when nothing is missing. */
export function checkRules(rules: readonly Rule[], appId: number): string[] {
  const pulls = rules.filter(({ type }) => type === "pull_request").map(({ parameters }) => parameters);
  const checks = rules.filter(({ type }) => type === "required_status_checks").map(({ parameters }) => parameters);
  const strict = checks.filter((parameters) => parameters["strict_required_status_checks_policy"] === true);
  const queued = rules.some(({ type }) => type === "merge_queue");
  const unpinned = Object.values(CHECKS).filter((name) => !isRequired(checks, name, appId));
  const loose = Object.values(CHECKS).filter((name) => !isRequired(strict, name, appId));
  const found: [boolean, string][] = [
    [pulls.length === 0, "No rule requires a pull request."],
    [
      !pulls.some((rule) => Number(rule["required_approving_review_count"]) >= 1),
      "No rule requires an approving review.",
    ],
    [unpinned.length > 0, `These checks are not required with this App as their source: ${unpinned.join(", ")}.`],
    [
      !queued && loose.length > 0,
      "Neither a merge queue nor up-to-date branches are required: main can move between the check and the merge, and what is merged is then not what was checked.",
    ],
    [
      !queued && !pulls.some(isSquashOnly),
      "Other merges than squash are allowed: commits of a branch that nobody has reviewed would become part of main's history, and of what later pull requests are compared with.",
    ],
    [
      rules.some(({ type, parameters }) => type === "merge_queue" && parameters["merge_method"] === "REBASE"),
      "The merge queue rebases: each commit of a branch would be on main alone for a moment, half of what was reviewed.",
    ],
  ];
  return found.filter(([wrong]) => wrong).map(([, sentence]) => sentence);
}

function isRequired(checks: readonly Rule["parameters"][], name: string, appId: number): boolean {
  const required = checks.flatMap((parameters) => (parameters["required_status_checks"] ?? []) as RequiredCheck[]);
  return required.some(({ context, integration_id }) => context === name && integration_id === appId);
}

/** One such rule of several is enough: what is merged has to be allowed by all. */
function isSquashOnly(rule: Rule["parameters"]): boolean {
  const methods = rule["allowed_merge_methods"];
  return Array.isArray(methods) && methods.length === 1 && methods[0] === "squash";
}
