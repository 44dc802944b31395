import { SETTINGS_PATH } from "../layout/repository.ts";
import type { SourceSettings } from "../settings/settings.ts";
import type { Decision, DoorFacts, Pass } from "./door-facts.ts";
import { describeWindows, isWindowOpen } from "./export-window.ts";
import { refuse, type Refused } from "./refusal.ts";

/** Checks the source as the settings define it now, and the environment in which this job runs. */
export function checkSource(facts: DoorFacts, pass: Omit<Pass, "source" | "sourceName">): Decision {
  const name = pass.permit.source;
  const source = Object.hasOwn(pass.settings.sources, name) ? pass.settings.sources[name] : undefined;
  if (source === undefined)
    return refuse(
      "source-unknown",
      `${SETTINGS_PATH} has no source ${name}.`,
      "Name a source from the settings in the request; the Action does not connect to any other.",
    );
  if (source.stopped)
    return refuse(
      "source-stopped",
      `The DBAs have stopped the source ${name}.`,
      `Ask the DBAs of ${name}; they set stopped: false when exports may resume.`,
    );
  if (pass.permit.work === "export" && !isWindowOpen(source.windows, facts.main.now))
    return refuse(
      "window-closed",
      `Exports of ${name} may start ${describeWindows(source.windows)}; it is ${new Date(facts.main.now).toISOString()}.`,
      "Nothing to do: the bot starts the run when the window opens.",
    );
  return checkEnvironment(facts.source, source, name) ?? { go: { ...pass, sourceName: name, source } };
}

function checkEnvironment(variable: string | null, source: SourceSettings, name: string): Refused | null {
  if (variable === null || variable === name) return null;
  const fix = `Set the variable SEEDBED_SOURCE of the environment ${source.environment} to ${name}, and restrict the environment to the default branch.`;
  if (variable === "")
    return refuse(
      "source-variable-missing",
      `The environment ${source.environment} has no variable SEEDBED_SOURCE: the variable is missing, or GitHub created the environment empty for this run.`,
      fix,
    );
  return refuse(
    "source-variable-wrong",
    `The environment's variable SEEDBED_SOURCE is ${variable}, but the permit is for the source ${name}.`,
    fix,
  );
}
