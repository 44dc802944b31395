import { Cursor } from "../plsql/parse-expression.ts";
import { tokenize } from "../plsql/tokens.ts";
import type { NameFilter } from "./job.ts";

/** Reads the right-hand side of a comparison with names: `IN ('A','B')`, `NOT IN (…)`, `= 'A'`. Null when it is none. */
export function parseNameExpression(text: string): NameFilter | null {
  try {
    return parse(new Cursor(tokenize(text)));
  } catch {
    // The tokenizer's error is PL/SQL's; the caller answers with Data Pump's.
    return null;
  }
}

function parse(cursor: Cursor): NameFilter | null {
  const negated = cursor.accept("NOT");
  const list = cursor.accept("IN");
  if (!list && (negated || !cursor.accept("="))) return null;
  if (list) cursor.expect("(");
  const names: string[] = [];
  do {
    const token = cursor.next();
    if (token.kind !== "text") return null;
    names.push(token.text);
  } while (list && cursor.accept(","));
  if (list) cursor.expect(")");
  return cursor.peek() === undefined ? { negated, names } : null;
}

/** Whether a filter lets a name through; no filter lets everything through. */
export function passes(filter: NameFilter | null, name: string): boolean {
  return filter === null || filter.names.includes(name) !== filter.negated;
}
