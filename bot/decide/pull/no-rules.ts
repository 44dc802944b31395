/** Why nothing can be approved or signed in a private repository on the Free plan. */
export const NO_RULES =
  "GitHub offers no rulesets and no environment secrets for this repository, because it is private and its owner is on the Free plan. Without them every writer can push a workflow to main that reads the credentials of the sources.";

/** What to do about it; a sentence without its full stop. */
export const NO_RULES_FIX =
  "an owner of the organization takes GitHub Team or Enterprise, or makes the repository public; then an administrator imports `.github/seedbed/ruleset.json`";
