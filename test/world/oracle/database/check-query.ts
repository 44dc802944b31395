import { OraError } from "../engine.ts";
import { needsCatalog, VIEWS } from "./views.ts";

const KEYWORDS = new Set(
  "SELECT DISTINCT FROM JOIN ON WHERE AND OR NOT IN IS NULL LIKE ESCAPE EXISTS UNION ALL GROUP ORDER BY AS USER".split(
    " ",
  ),
);
const FUNCTIONS = new Set(["TO_CHAR", "TRIM", "SUM", "SYS_EXTRACT_UTC", "SYSTIMESTAMP"]);

/**
 * Holds a query against the views: every view must exist and be granted (ORA-00942), every column must be one of the
 * views it reads (ORA-00904). It does not run the SQL; the tag decides the answer.
 */
export function checkQuery(sql: string, account: { catalog: boolean; release: number }): void {
  const words = sql
    .replace(/\/\*[\s\S]*?\*\//g, " ")
    .replace(/'(?:[^']|'')*'/g, " ")
    .replace(/:\w+/g, " ")
    .toUpperCase();
  const views = [...words.matchAll(/\b(?:FROM|JOIN)\s+([A-Z][\w$]*)(?:\s+([A-Z]\w?)\b)?/g)];
  for (const [, view] of views) checkView(view!, account.catalog);
  const aliases = new Map(views.flatMap(([, view, alias]) => (alias === undefined ? [] : [[alias, view!]])));
  const names = new Set(views.flatMap(([, view]) => columnsOf(view!, account.release)));
  const renamed = new Set([...words.matchAll(/\bAS\s+([A-Z]\w*)/g)].map(([, name]) => name!));
  for (const [, alias, name] of words.matchAll(/\b(?:([A-Z]\w?)\.)?([A-Z][\w$]*)\b/g)) {
    const view = aliases.get(alias ?? "");
    const known =
      alias === undefined
        ? isKnownWord(name!, aliases) || renamed.has(name!) || names.has(name!)
        : view !== undefined && columnsOf(view, account.release).includes(name!);
    if (!known) throw unknown(alias === undefined ? name! : `${alias}"."${name}`);
  }
}

function isKnownWord(name: string, aliases: ReadonlyMap<string, string>): boolean {
  return KEYWORDS.has(name) || FUNCTIONS.has(name) || name in VIEWS || aliases.has(name);
}

function checkView(view: string, catalog: boolean): void {
  if (view in VIEWS && (catalog || !needsCatalog(view))) return;
  throw new OraError(942, ["ORA-00942: table or view does not exist"]);
}

/** V$INSTANCE.VERSION_FULL came with 18c. */
function columnsOf(view: string, release: number): readonly string[] {
  const columns = VIEWS[view] ?? [];
  return release >= 18 ? columns : columns.filter((column) => column !== "VERSION_FULL");
}

function unknown(name: string): OraError {
  return new OraError(904, [`ORA-00904: "${name}": invalid identifier`]);
}
