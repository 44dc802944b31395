import { listNames, suggestName } from "../text/near-names.ts";
import { SETTINGS_PATH } from "../layout/repository.ts";
import { parseSettings } from "../settings/parse-settings.ts";
import type { Settings } from "../settings/settings.ts";
import { checkPermit } from "./check-permit.ts";
import { checkRun } from "./check-run.ts";
import type { Decision, DoorFacts } from "./door-facts.ts";
import { describeErrors, refuse, type Refused } from "./refusal.ts";

/** Decides on a run by the current state of main, before any other connection is made. Pure; reports the first reason for a refusal. */
export function decide(facts: DoorFacts): Decision {
  const early = checkRun(facts) ?? checkName(facts);
  if (early !== null) return early;
  const settings = readSettings(facts);
  return "refuse" in settings ? settings : checkPermit(facts, settings);
}

function checkName({ database, main }: DoorFacts): Refused | null {
  if (main.databases.includes(database)) return null;
  const near = suggestName(database, main.databases, "");
  const known = main.databases.length === 0 ? "there are no requests yet" : `there are ${listNames(main.databases)}`;
  return refuse(
    "database-unknown",
    `There is no request environments/${database}/database_config.yaml on ${main.repository.defaultBranch}; ${known}.`,
    `Run the workflow for an existing database${near === "" ? "." : `: ${near}`}`,
  );
}

function readSettings({ main }: DoorFacts): Settings | Refused {
  if (main.settings === null)
    return refuse(
      "settings-missing",
      `There is no ${SETTINGS_PATH} on ${main.repository.defaultBranch}.`,
      `Create it, for example with "seedbed init --platform".`,
    );
  const parsed = parseSettings(main.settings, SETTINGS_PATH);
  if (parsed.ok) return parsed.value;
  return refuse(
    "settings-invalid",
    `${SETTINGS_PATH} is invalid: ${describeErrors(parsed.problems)}.`,
    `Fix ${SETTINGS_PATH} in a pull request; nothing runs until then.`,
  );
}
