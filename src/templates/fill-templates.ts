import { SeedbedError } from "../problem/error.ts";
import { SETTINGS_PATH, WORKFLOW_PATH } from "../layout/repository.ts";

/** The values that the templates need. */
export interface TemplateValues {
  /** `owner/name@<full SHA>` of the Action. */
  action: string;
  /** Id of the App. */
  app: string;
  /** Organisation or user that owns the teams. */
  owner: string;
}

/** The path of each template's copy. */
export const TEMPLATE_PATHS: Record<string, string> = {
  "provision.yml": WORKFLOW_PATH,
  "seedbed.yml": SETTINGS_PATH,
  "ruleset.json": ".github/seedbed/ruleset.json",
  "push-rules-workflows.json": ".github/seedbed/push-rules-workflows.json",
  "push-rules-generated.json": ".github/seedbed/push-rules-generated.json",
  "environment-setup.md": ".github/seedbed/environment-setup.md",
};

/** The text of a template with its placeholders filled in. Throws for an invalid value. */
export function fillTemplate(text: string, { action, app, owner }: TemplateValues): string {
  if (!/^[\w.-]+\/[\w.-]+@[0-9a-f]{40}$/.test(action))
    throw refused(
      `"${action}" does not name an Action by its full SHA.`,
      "Write owner/name@ and the 40 digits of a commit, because a tag or branch can be moved to other code.",
    );
  if (!/^[1-9]\d*$/.test(app))
    throw refused(`"${app}" is not an App id.`, "Write the App ID from the App's settings page, a number.");
  if (!/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(owner))
    throw refused(`"${owner}" is not a valid organisation name.`, "Write the organisation that owns the repository.");
  return text
    .replaceAll("SEEDBED_ACTION", action)
    .replaceAll('"SEEDBED_APP_ID"', app)
    .replaceAll("SEEDBED_OWNER", owner);
}

function refused(what: string, fix: string): SeedbedError {
  return new SeedbedError("template-value", what, { fix });
}
