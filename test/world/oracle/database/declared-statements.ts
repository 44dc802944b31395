import * as account from "../../../../src/export/statements/account.ts";
import * as catalogue from "../../../../src/export/statements/catalogue.ts";
import * as definition from "../../../../src/export/statements/define-job.ts";
import * as grants from "../../../../src/export/statements/grants.ts";
import * as hidden from "../../../../src/export/statements/hidden-rows.ts";
import * as instance from "../../../../src/export/statements/instance.ts";
import * as live from "../../../../src/export/statements/live-exports.ts";
import * as removal from "../../../../src/export/statements/remove-job.ts";
import * as settings from "../../../../src/export/statements/settings.ts";
import * as watch from "../../../../src/export/statements/watch-job.ts";
import type { Statement } from "../../../../src/ports/source-database.ts";
import type { Call } from "../engine.ts";

const ALL: Statement[] = [
  account,
  catalogue,
  definition,
  grants,
  hidden,
  instance,
  live,
  removal,
  settings,
  watch,
].flatMap((module) => Object.values(module) as Statement[]);

/** Every statement that the product declares, by tag. */
export const DECLARED: ReadonlyMap<string, Statement> = new Map(ALL.map((one) => [one.tag, one]));

/** The declared statement that a call is, or why it is none. */
export function recognise(call: Call): Statement | { refused: string } {
  const tag = /\/\* (seedbed:[a-z-]+) \*\//.exec(call.sql)?.[1];
  const statement = tag === undefined ? undefined : DECLARED.get(tag);
  if (statement === undefined) return { refused: "no tag of a declared statement" };
  if (statement.sql !== call.sql) return { refused: `${tag}: the text is not the declared one` };
  if (statement.kind !== call.kind) return { refused: `${tag}: called as ${call.kind}` };
  const wrong = checkBinds(statement, call);
  return wrong === null ? statement : { refused: `${tag}: ${wrong}` };
}

function checkBinds(statement: Statement, call: Call): string | null {
  const outs = Object.entries(statement.outs).map(([name, out]) => [name, out.type] as const);
  const wanted = new Map(
    [...Object.entries(statement.binds), ...outs].map(([name, type]) => [name.toUpperCase(), type]),
  );
  const unknown = [...call.binds.keys()].find((name) => !wanted.has(name));
  if (unknown !== undefined) return `undeclared bind ${unknown}`;
  for (const [name, type] of wanted) {
    const bind = call.binds.get(name);
    if (bind === undefined) return `bind ${name} is missing`;
    if (bind.type !== type) return `bind ${name} is ${bind.type}, declared as ${type}`;
  }
  return null;
}
