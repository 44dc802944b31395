import { judgeFolder } from "../database/judge-folder.ts";
import { namesOf } from "../database/list-folders.ts";
import { locateErrors } from "../problem/locate-problem.ts";
import { listNames, suggestName } from "../text/near-names.ts";
import { SETTINGS_PATH } from "../layout/repository.ts";
import type { Settings } from "../settings/settings.ts";
import { checkPermit } from "./check-permit.ts";
import { checkRun } from "./check-run.ts";
import type { Decision, DoorFacts } from "./door-facts.ts";
import { refuse, refuseProblem, type Refused } from "./refusal.ts";

/** Decides on a run by the current state of main, before any other connection is made. Pure; reports the first reason for a refusal. */
export function decide(facts: DoorFacts): Decision {
  const early = checkRun(facts) ?? checkName(facts);
  if (early !== null) return early;
  const settings = readSettings(facts);
  return "refuse" in settings ? settings : checkPermit(facts, settings);
}

function checkName({ database, main }: DoorFacts): Refused | null {
  const { requests, incomplete } = main.folders;
  // A link in place of the folder, or a request under another name, is told for what it is.
  if (requests.includes(database)) return null;
  if (incomplete.includes(database) || main.folder.unreadable.length > 0) return checkIncomplete(main);
  const near = suggestName(database, requests, "");
  const known = requests.length === 0 ? "there are no requests yet" : `there are ${listNames(requests)}`;
  return refuse(
    "database-unknown",
    `There is no request environments/${database}/database_config.yaml on ${main.repository.defaultBranch}; ${known}.`,
    `Run the workflow for an existing database${near === "" ? "." : `: ${near}`}`,
  );
}

function checkIncomplete({ folder, folders }: DoorFacts["main"]): Refused | null {
  const { problems } = judgeFolder(folder, { settings: "broken", names: namesOf(folders) });
  const first = problems.find(({ severity }) => severity === "error");
  return first === undefined ? null : refuseProblem(first);
}

function readSettings({ main }: DoorFacts): Settings | Refused {
  const { settings, problems } = main.settings;
  if (settings === undefined)
    return refuse(
      "settings-missing",
      `There is no ${SETTINGS_PATH} on ${main.repository.defaultBranch}.`,
      `Create it, for example with "seedbed init --platform".`,
    );
  if (settings !== "broken") return settings;
  return refuse(
    "settings-invalid",
    `The settings are invalid: ${locateErrors(problems)}.`,
    `Fix ${SETTINGS_PATH} in a pull request; nothing runs until then.`,
  );
}
