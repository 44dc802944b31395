import { showLines } from "./unseen.ts";

/**
 * A line that GitHub's runner would take for a command. It reads lines up to a CR or LF, trims white space of every kind, U+0085 among it, and looks for
 * `::` at the beginning; and it looks for `##[` anywhere (actions/runner, `ActionCommand.cs`). It compares by culture, to which a character that is
 * not shown is none: those may stand before it too.
 */
const COMMAND = /^([\s\p{Format}\p{Default_Ignorable_Code_Point}]*)(?=::)|(?<=##)(?=\[)/gmu;

/** Text of others for a job's log, with its line feeds: nothing in it is a command to the runner, or steers whoever reads it. */
export function showInJob(text: string): string {
  return defuseCommands(showLines(text));
}

/** A text without hidden characters, in which each command to the runner has a backslash that spoils it. */
export function defuseCommands(text: string): string {
  return text.replace(COMMAND, "$1\\");
}
