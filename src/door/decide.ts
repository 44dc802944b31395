import { listNames, suggestName } from "../config/near-names.ts";
import { SETTINGS_PATH } from "../layout/repository.ts";
import { parseSettings } from "../settings/parse-settings.ts";
import type { Settings } from "../settings/settings.ts";
import { checkPermit } from "./check-permit.ts";
import { findPermit } from "./find-permit.ts";
import { checkRun } from "./check-run.ts";
import type { Decision, DoorFacts } from "./door-facts.ts";
import { describeErrors, refuse, type Refused } from "./refusal.ts";

/** Judges a run by main as it is now, before anything else is connected to. Pure; the first reason that is found is told. */
export function decide(facts: DoorFacts): Decision {
  const early = checkRun(facts) ?? checkName(facts);
  if (early !== null) return early;
  const settings = readSettings(facts);
  if ("refuse" in settings) return settings;
  const found = findPermit(facts, settings);
  return "refuse" in found ? found : checkPermit(facts, settings, found);
}

function checkName({ database, main }: DoorFacts): Refused | null {
  if (main.databases.includes(database)) return null;
  const near = suggestName(database, main.databases, "");
  const known = main.databases.length === 0 ? "there is none yet" : `there are ${listNames(main.databases)}`;
  return refuse(
    "database-unknown",
    `There is no request environments/${database}/database_config.yaml on ${main.repository.defaultBranch}; ${known}.`,
    `Run the workflow for a database that exists${near === "" ? "." : `: ${near}`}`,
  );
}

function readSettings({ main }: DoorFacts): Settings | Refused {
  if (main.settings === null)
    return refuse(
      "settings-missing",
      `There is no ${SETTINGS_PATH} on ${main.repository.defaultBranch}.`,
      `Write it: "seedbed init --platform" gives one to begin with.`,
    );
  const parsed = parseSettings(main.settings, SETTINGS_PATH);
  if (parsed.ok) return parsed.value;
  return refuse(
    "settings-invalid",
    `${SETTINGS_PATH} does not hold: ${describeErrors(parsed.problems)}.`,
    `Mend ${SETTINGS_PATH} in a pull request; nothing runs before.`,
  );
}
