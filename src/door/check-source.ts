import { SETTINGS_PATH } from "../layout/repository.ts";
import type { SourceSettings } from "../settings/settings.ts";
import type { Decision, DoorFacts, Pass } from "./door-facts.ts";
import { describeWindows, isWindowOpen } from "./export-window.ts";
import { refuse, type Refused } from "./refusal.ts";

/** The source as its DBAs keep it now, and the environment that this job really has. */
export function checkSource(facts: DoorFacts, pass: Omit<Pass, "source" | "sourceName">): Decision {
  const name = pass.permit.source;
  const source = Object.hasOwn(pass.settings.sources, name) ? pass.settings.sources[name] : undefined;
  if (source === undefined)
    return refuse(
      "source-unknown",
      `${SETTINGS_PATH} has no source ${name}.`,
      "Name a source of the settings in the request: the Action reaches no other.",
    );
  if (source.stopped)
    return refuse(
      "source-stopped",
      `The DBAs have stopped the source ${name}.`,
      `Ask the DBAs of ${name}; they set stopped: false when exports may go on.`,
    );
  if (pass.permit.work === "export" && !isWindowOpen(source.windows, facts.main.now))
    return refuse(
      "window-closed",
      `Exports of ${name} may start ${describeWindows(source.windows)}; it is ${new Date(facts.main.now).toISOString()}.`,
      "The bot starts the run when the window opens; nobody has to do anything.",
    );
  return checkEnvironment(facts.source, source, name) ?? { go: { ...pass, sourceName: name, source } };
}

function checkEnvironment(variable: string | null, source: SourceSettings, name: string): Refused | null {
  if (variable === null || variable === name) return null;
  const fix = `Set the variable SEEDBED_SOURCE of the environment ${source.environment} to ${name}, and let the environment admit the default branch only.`;
  if (variable === "")
    return refuse(
      "source-variable-missing",
      `The environment ${source.environment} has no variable SEEDBED_SOURCE: it is missing, or GitHub created it empty for this run.`,
      fix,
    );
  return refuse(
    "source-variable-wrong",
    `The environment's variable SEEDBED_SOURCE says ${variable}; the permit is for the source ${name}.`,
    fix,
  );
}
