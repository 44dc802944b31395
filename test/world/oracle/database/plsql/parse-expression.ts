import type { Argument, Expression, PathPart } from "./syntax.ts";
import { syntaxError, type Token } from "./tokens.ts";

/** Reads tokens one after the other. */
export class Cursor {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#at + ahead];
  }

  next(): Token {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw syntaxError("end-of-file");
    return token;
  }

  /** Takes the word or sign when it comes next. */
  accept(text: string): boolean {
    const token = this.peek();
    const hit = (token?.kind === "word" || token?.kind === "sign") && token.text === text;
    if (hit) this.#at++;
    return hit;
  }

  expect(text: string): void {
    if (!this.accept(text)) throw syntaxError(describe(this.peek()));
  }

  word(): string {
    const token = this.next();
    if (token.kind !== "word") throw syntaxError(describe(token));
    return token.text;
  }
}

/** comparison := sum [(= | < | …) sum | IS [NOT] NULL] */
export function parseExpression(cursor: Cursor): Expression {
  const left = parseSum(cursor);
  if (cursor.accept("IS")) {
    const negated = cursor.accept("NOT");
    cursor.expect("NULL");
    return { kind: "is-null", operand: left, negated };
  }
  for (const operator of ["=", "<>", "!=", "<=", ">=", "<", ">"]) {
    if (cursor.accept(operator)) return { kind: "binary", operator, left, right: parseSum(cursor) };
  }
  return left;
}

function parseSum(cursor: Cursor): Expression {
  let left = parseTerm(cursor);
  for (;;) {
    const operator = ["||", "+", "-"].find((sign) => cursor.accept(sign));
    if (operator === undefined) return left;
    left = { kind: "binary", operator, left, right: parseTerm(cursor) };
  }
}

function parseTerm(cursor: Cursor): Expression {
  if (cursor.accept("(")) {
    const inner = parseExpression(cursor);
    cursor.expect(")");
    return inner;
  }
  if (cursor.accept("-")) {
    const zero: Expression = { kind: "literal", value: 0 };
    return { kind: "binary", operator: "-", left: zero, right: parseTerm(cursor) };
  }
  if (cursor.accept("NULL")) return { kind: "literal", value: null };
  const token = cursor.peek();
  if (token?.kind === "word") return { kind: "path", parts: parsePath(cursor) };
  const taken = cursor.next();
  if (taken.kind === "text") return { kind: "literal", value: taken.text };
  if (taken.kind === "number") return { kind: "literal", value: taken.value };
  if (taken.kind === "bind") return { kind: "bind", name: taken.text };
  throw syntaxError(describe(taken));
}

/** name [(arguments)] [. name [(arguments)]]… */
export function parsePath(cursor: Cursor): PathPart[] {
  const parts: PathPart[] = [];
  do {
    const name = cursor.word();
    parts.push({ name, args: cursor.accept("(") ? parseArguments(cursor) : null });
  } while (cursor.accept("."));
  return parts;
}

function parseArguments(cursor: Cursor): Argument[] {
  const args: Argument[] = [];
  if (cursor.accept(")")) return args;
  do {
    const arrow = cursor.peek(1);
    const named = arrow?.kind === "sign" && arrow.text === "=>";
    const name = named ? cursor.word() : null;
    if (named) cursor.expect("=>");
    args.push({ name, value: parseExpression(cursor) });
  } while (cursor.accept(","));
  cursor.expect(")");
  return args;
}

function describe(token: Token | undefined): string {
  if (token === undefined) return "end-of-file";
  return token.kind === "number" ? String(token.value) : token.text;
}
