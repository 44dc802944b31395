import { SeedbedError } from "../problem/error.ts";
import { MARKER, SETTINGS_PATH, WORKFLOW_PATH } from "../layout/repository.ts";

/** The values that the templates need. */
export interface TemplateValues {
  /** `owner/name@<full SHA>` of the Action. */
  action: string;
  /** Id of the App. */
  app: string;
  /** Organisation or user that owns the teams. */
  owner: string;
  /** Where Fleet clones the repository of requests from, such as `https://github.com/acme/databases`; for gitrepo.yaml only. */
  repository?: string;
  /** How Fleet hears of commits; for gitrepo.yaml only. */
  fleet?: "polling" | "webhook";
}

/** The path of each template's copy. */
export const TEMPLATE_PATHS: Record<string, string> = {
  "provision.yml": WORKFLOW_PATH,
  "seedbed.yml": SETTINGS_PATH,
  "ruleset.json": ".github/seedbed/ruleset.json",
  "push-rules-workflows.json": ".github/seedbed/push-rules-workflows.json",
  "push-rules-generated.json": ".github/seedbed/push-rules-generated.json",
  "environment-setup.md": ".github/seedbed/environment-setup.md",
  "gitrepo.yaml": ".github/seedbed/gitrepo.yaml",
  "marker.yaml": MARKER.fleet,
  "marker-object.yaml": MARKER.object,
};

/** The text of a template with its placeholders filled in. Throws for an invalid value. */
export function fillTemplate(text: string, { action, app, owner, repository, fleet }: TemplateValues): string {
  if (!/^[\w.-]+\/[\w.-]+@[0-9a-f]{40}$/.test(action))
    throw refused(
      `"${action}" does not name an Action by its full SHA.`,
      "Write owner/name@ and the 40 digits of a commit, because a tag or branch can be moved to other code.",
    );
  if (!/^[1-9]\d*$/.test(app))
    throw refused(`"${app}" is not an App id.`, "Write the App ID from the App's settings page, a number.");
  if (!/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(owner))
    throw refused(`"${owner}" is not a valid organisation name.`, "Write the organisation that owns the repository.");
  const filled = text
    .replaceAll("SEEDBED_ACTION", action)
    .replaceAll('"SEEDBED_APP_ID"', app)
    .replaceAll("SEEDBED_OWNER", owner);
  return filled.includes("SEEDBED_REPOSITORY") ? fillFleet(filled, repository ?? "", fleet ?? "polling") : filled;
}

/** A webhook reaches Fleet through an Ingress that the platform team sets up; without one Fleet asks GitHub every minute. */
function fillFleet(text: string, repository: string, fleet: "polling" | "webhook"): string {
  if (!/^https:\/\/[A-Za-z0-9][A-Za-z0-9.:-]*\/[\w.-]+\/[\w.-]+$/.test(repository))
    throw refused(
      `"${repository}" is not the address of a repository.`,
      "Write https://, the host, the owner and the name, for example https://github.com/acme/databases.",
    );
  const polls = fleet === "polling";
  return text.replaceAll("SEEDBED_REPOSITORY", repository).replaceAll("SEEDBED_WITHOUT_POLLING", String(!polls));
}

function refused(what: string, fix: string): SeedbedError {
  return new SeedbedError("template-value", what, { fix });
}
