import { SeedbedError } from "../problem/error.ts";
import { nameInputs, type NameSecrets } from "../credentials/secret-names.ts";
import { DatabaseError, findCodes } from "../ports/database-error.ts";
import { ERROR_CATALOGUE } from "./error-catalogue.ts";

/** Names for the placeholders of a fix. */
export interface ErrorContext {
  directory: string;
  account: string;
  /** How texts refer to the login's secrets; by default as inputs of the Action. */
  nameSecrets?: NameSecrets;
}

/** Turns a database error into one with an explanation and a fix; returns anything else unchanged. */
export function explainDatabaseError(error: unknown, context: ErrorContext): unknown {
  if (!(error instanceof DatabaseError)) return error;
  const { means, fix } = explainCodes(error.codes, context);
  const code = `source-${error.code.toLowerCase()}`;
  return new SeedbedError(code, `${error.message}\n${means}`, { fix, cause: error });
}

/** Meaning and fix of the first code of a stack that the catalogue knows. */
function explainCodes(codes: readonly string[], context: ErrorContext) {
  const known = [...codes].sort(byDepth).find((code) => code in ERROR_CATALOGUE);
  const entry = known === undefined ? UNKNOWN : ERROR_CATALOGUE[known]!;
  return { means: entry.means, fix: fill(entry.fix, context) };
}

/** The same for a text that contains an error stack. */
export function explainText(text: string, context: ErrorContext) {
  return explainCodes(findCodes(text), context);
}

const UNKNOWN = {
  means: "The source reported an error that Seedbed cannot explain.",
  fix: "Show the lines above to the source's DBA, and run the seed again once it is fixed.",
};

const UPPER = new Set(["ORA-39070", "ORA-31626"]);

/** Codes that only say where something failed come after the code that says why. */
function byDepth(a: string, b: string): number {
  return Number(UPPER.has(a)) - Number(UPPER.has(b));
}

function fill(text: string, context: ErrorContext): string {
  const { directory, account, nameSecrets = nameInputs } = context;
  return text
    .replaceAll("{directory}", directory)
    .replaceAll("{account}", account)
    .replaceAll("{login}", nameSecrets("source_user", "source_password"))
    .replaceAll("{password}", nameSecrets("source_password"));
}
