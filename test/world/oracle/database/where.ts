import type { DumpCell } from "../../dump/format.ts";
import { OraError } from "../engine.ts";
import { Cursor } from "./plsql/parse-expression.ts";
import { tokenize } from "./plsql/tokens.ts";

type Row = readonly DumpCell[];
/** SQL's three values: unknown is null. */
type Condition = (row: Row) => boolean | null;
type Operand = (row: Row) => DumpCell;

/**
 * Compiles `WHERE …` over columns, literals, comparisons, IN, BETWEEN, LIKE, IS NULL, AND, OR, NOT and parentheses.
 * Anything else is ORA-00936, an unknown column ORA-00904: what this cannot evaluate it does not pretend to.
 */
export function compileWhere(clause: string, columns: readonly string[]): (row: Row) => boolean {
  const text = /^\s*WHERE\s+([\s\S]+)$/i.exec(clause)?.[1];
  if (text === undefined) throw missing();
  const cursor = openCursor(text);
  const condition = parseOr(cursor, columns);
  if (cursor.peek() !== undefined) throw new OraError(933, ["ORA-00933: SQL command not properly ended"]);
  return (row) => condition(row) === true;
}

function openCursor(text: string): Cursor {
  try {
    return new Cursor(tokenize(text));
  } catch (cause) {
    throw Object.assign(new OraError(911, ["ORA-00911: invalid character"]), { cause });
  }
}

function missing(): OraError {
  return new OraError(936, ["ORA-00936: missing expression"]);
}

function parseOr(cursor: Cursor, columns: readonly string[]): Condition {
  let left = parseAnd(cursor, columns);
  while (cursor.accept("OR")) left = either(left, parseAnd(cursor, columns));
  return left;
}

function parseAnd(cursor: Cursor, columns: readonly string[]): Condition {
  let left = parseNot(cursor, columns);
  while (cursor.accept("AND")) left = both(left, parseNot(cursor, columns));
  return left;
}

function parseNot(cursor: Cursor, columns: readonly string[]): Condition {
  if (cursor.accept("NOT")) return negate(parseNot(cursor, columns));
  if (!cursor.accept("(")) return parsePredicate(cursor, columns);
  const inner = parseOr(cursor, columns);
  close(cursor);
  return inner;
}

function parsePredicate(cursor: Cursor, columns: readonly string[]): Condition {
  const left = parseOperand(cursor, columns);
  if (cursor.accept("IS")) {
    const not = cursor.accept("NOT");
    if (!cursor.accept("NULL")) throw missing();
    return (row) => (left(row) === null) !== not;
  }
  const negated = cursor.accept("NOT");
  const condition = parseComparison(cursor, columns, left);
  return negated ? negate(condition) : condition;
}

function parseComparison(cursor: Cursor, columns: readonly string[], left: Operand): Condition {
  const operand = () => parseOperand(cursor, columns);
  if (cursor.accept("IN")) {
    if (!cursor.accept("(")) throw missing();
    const list = [operand()];
    while (cursor.accept(",")) list.push(operand());
    close(cursor);
    return list.map((one) => compare("=", left, one)).reduce(either);
  }
  if (cursor.accept("BETWEEN")) {
    const low = operand();
    if (!cursor.accept("AND")) throw new OraError(905, ["ORA-00905: missing keyword"]);
    return both(compare(">=", left, low), compare("<=", left, operand()));
  }
  if (cursor.accept("LIKE")) return like(left, operand());
  const operator = ["=", "<>", "!=", "<=", ">=", "<", ">"].find((one) => cursor.accept(one));
  if (operator === undefined) throw new OraError(920, ["ORA-00920: invalid relational operator"]);
  return compare(operator, left, operand());
}

function parseOperand(cursor: Cursor, columns: readonly string[]): Operand {
  const negative = cursor.accept("-");
  const token = cursor.peek();
  if (token === undefined || token.kind === "sign" || token.kind === "bind") throw missing();
  cursor.next();
  if (token.kind === "number") return () => (negative ? -token.value : token.value);
  if (negative) throw missing();
  if (token.kind === "text") return () => token.text;
  const next = cursor.peek();
  if (token.text === "DATE" && next?.kind === "text") {
    cursor.next();
    if (!/^\d{4}-\d{2}-\d{2}$/.test(next.text))
      throw new OraError(1861, ["ORA-01861: literal does not match format string"]);
    return () => next.text;
  }
  if (token.text === "NULL") return () => null;
  const index = columns.indexOf(token.text);
  if (index < 0) throw new OraError(904, [`ORA-00904: "${token.text}": invalid identifier`]);
  return (row) => row[index] ?? null;
}

function close(cursor: Cursor): void {
  if (!cursor.accept(")")) throw new OraError(907, ["ORA-00907: missing right parenthesis"]);
}

function compare(operator: string, left: Operand, right: Operand): Condition {
  return (row) => {
    const [a, b] = [left(row), right(row)];
    if (a === null || b === null) return null;
    const number = typeof a === "number" || typeof b === "number";
    const [x, y] = number ? [toNumber(a), toNumber(b)] : [a, b];
    if (operator === "=") return x === y;
    if (operator === "<>" || operator === "!=") return x !== y;
    if (operator === "<") return x < y;
    if (operator === ">") return x > y;
    return operator === "<=" ? x <= y : x >= y;
  };
}

function toNumber(value: string | number): number {
  const number = Number(value);
  if (Number.isNaN(number)) throw new OraError(1722, ["ORA-01722: invalid number"]);
  return number;
}

function like(left: Operand, pattern: Operand): Condition {
  return (row) => {
    const [text, wanted] = [left(row), pattern(row)];
    if (text === null || wanted === null) return null;
    const source = String(wanted)
      .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
      .replaceAll("%", "[\\s\\S]*")
      .replaceAll("_", "[\\s\\S]");
    return new RegExp(`^${source}$`).test(String(text));
  };
}

function negate(condition: Condition): Condition {
  return (row) => {
    const value = condition(row);
    return value === null ? null : !value;
  };
}

function both(a: Condition, b: Condition): Condition {
  return (row) => {
    const [x, y] = [a(row), b(row)];
    if (x === false || y === false) return false;
    return x === null || y === null ? null : true;
  };
}

function either(a: Condition, b: Condition): Condition {
  return (row) => {
    const [x, y] = [a(row), b(row)];
    if (x === true || y === true) return true;
    return x === null || y === null ? null : false;
  };
}
