import { type Painted, showAroundColours } from "../../text/paint.ts";
import { showLines } from "../../text/unseen.ts";
import { defuseCommands } from "../../text/workflow-commands.ts";

/** Prints what a command says. */
export type Print = (text: string | Painted) => void;

/**
 * The one way from a command to a terminal or a job's log (`inJob`): nothing that others have written steers either, whoever forgot
 * to think of it. JSON has no such character: `renderJson`.
 */
export function openOutput(write: (text: string) => void, { inJob }: { inJob: boolean }): Print {
  return (text) => {
    const shown = typeof text === "string" ? showLines(text) : showAroundColours(text.painted);
    write(inJob ? defuseCommands(shown) : shown);
  };
}
