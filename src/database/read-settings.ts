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

/** The text of the settings, null where there are none, or why they cannot be read. */
export type SettingsText = string | null | { unreadable: Problem };

/** Reads the settings without a look at what they say; what cannot be read is a finding, never an exception. */
export async function readSettingsText(tree: Tree): Promise<SettingsText> {
  try {
    return await tree.read(SETTINGS_PATH);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return { unreadable: error.problem };
  }
}

/** Checks the settings. */
export function judgeSettings(text: SettingsText): SettingsFound {
  if (text === null) return { settings: undefined, problems: [], text };
  if (typeof text === "object") return { settings: "broken", problems: [text.unreadable], text: null };
  const parsed = parseSettings(text, SETTINGS_PATH);
  return parsed.ok
    ? { settings: parsed.value, problems: parsed.warnings, text }
    : { settings: "broken", problems: parsed.problems, text };
}

/** Reads and checks the settings. */
export async function readSettings(tree: Tree): Promise<SettingsFound> {
  return judgeSettings(await readSettingsText(tree));
}
