import { CommanderError } from "commander";
import { messageOf, SeedbedError } from "../problem/error.ts";
import { REPORT } from "../problem/describe-error.ts";
import { RequestInvalid } from "./loaded.ts";
import { renderJson } from "../text/json.ts";

/** An error as data, with what `describeError` says in words: one JSON object and a line feed. */
export function errorToJson(error: unknown): string {
  return renderJson({ version: 1, error: dataOf(error) });
}

function dataOf(error: unknown): object {
  if (error instanceof RequestInvalid) {
    const { code, message, fix, problems } = error;
    return { code, message, fix, problems };
  }
  if (error instanceof SeedbedError) return { code: error.code, message: error.message, fix: error.fix };
  if (error instanceof CommanderError)
    return {
      code: "usage",
      message: error.message.replace(/^error: /, ""),
      fix: "Run seedbed --help to see all commands.",
    };
  return { code: "unexpected", message: messageOf(error), fix: REPORT };
}
