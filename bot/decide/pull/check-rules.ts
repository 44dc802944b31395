import { CHECKS } from "./check-names.ts";

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
  const required = checks.flatMap((parameters) => (parameters["required_status_checks"] ?? []) as RequiredCheck[]);
  const unpinned = Object.values(CHECKS).filter(
    (name) => !required.some(({ context, integration_id }) => context === name && integration_id === appId),
  );
  const found: [boolean, string][] = [
    [pulls.length === 0, "No rule requires a pull request."],
    [
      !pulls.some((rule) => Number(rule["required_approving_review_count"]) >= 1),
      "No rule requires an approving review.",
    ],
    [
      !pulls.some((rule) => rule["dismiss_stale_reviews_on_push"] === true),
      "Stale reviews are not dismissed on a push.",
    ],
    [unpinned.length > 0, `These checks are not required with this App as their source: ${unpinned.join(", ")}.`],
    [
      checks.some((rule) => rule["strict_required_status_checks_policy"] === true),
      "Branches have to be up to date before merging: every commit of the bot on main would invalidate approvals.",
    ],
  ];
  return found.filter(([wrong]) => wrong).map(([, sentence]) => sentence);
}
