import type { Tree } from "../ports/tree.ts";
import type { Problem } from "../problem/problem.ts";
import { parseSettings } from "../settings/parse-settings.ts";
import type { Settings } from "../settings/settings.ts";
import { SETTINGS_PATH } from "../layout/repository.ts";
import { UnreadableFile } from "./unreadable-file.ts";

/** The settings of a tree. */
export interface SettingsFound {
  /** undefined where there are none; `broken` where they have errors or cannot be read. */
  settings: Settings | "broken" | undefined;
  problems: Problem[];
  /** null where there is none that can be read. */
  text: string | null;
}

/** Reads and checks the settings; what cannot be read is a finding, never an exception. */
export async function readSettings(tree: Tree): Promise<SettingsFound> {
  try {
    const text = await tree.read(SETTINGS_PATH);
    if (text === null) return { settings: undefined, problems: [], text };
    const parsed = parseSettings(text, SETTINGS_PATH);
    return parsed.ok
      ? { settings: parsed.value, problems: parsed.warnings, text }
      : { settings: "broken", problems: parsed.problems, text };
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return { settings: "broken", problems: [error.problem], text: null };
  }
}
