import type { Argument, Expr, OrderItem } from "./ast.ts";
import type { Reader } from "./reader.ts";

const COMPARISONS = ["=", "<>", "!=", "^=", "<=", ">=", "<", ">"];
/** Words that end an expression and are never a column's name here. */
const RESERVED = new Set(
  (
    "FROM WHERE GROUP ORDER HAVING UNION AND OR NOT IN LIKE BETWEEN IS THEN ELSE END WHEN ASC DESC LOOP INTO USING " +
    "SET VALUES SELECT BY ON ELSIF EXCEPTION"
  ).split(" "),
);

/** One expression, conditions included. */
export function parseExpression(reader: Reader): Expr {
  let left = parseAnd(reader);
  while (reader.accept("OR")) left = { kind: "binary", op: "OR", left, right: parseAnd(reader) };
  return left;
}

function parseAnd(reader: Reader): Expr {
  let left = parseNot(reader);
  while (reader.accept("AND")) left = { kind: "binary", op: "AND", left, right: parseNot(reader) };
  return left;
}

function parseNot(reader: Reader): Expr {
  if (reader.accept("NOT")) return { kind: "unary", op: "NOT", of: parseNot(reader) };
  return parseCondition(reader);
}

function parseCondition(reader: Reader): Expr {
  const left = parseSum(reader);
  const comparison = COMPARISONS.find((op) => reader.accept(op));
  if (comparison !== undefined) {
    const op = comparison === "!=" || comparison === "^=" ? "<>" : comparison;
    return { kind: "binary", op, left, right: parseSum(reader) };
  }
  if (reader.accept("IS")) {
    const negated = reader.accept("NOT");
    reader.expect("NULL");
    return negate({ kind: "null", of: left }, negated);
  }
  const negated = reader.accept("NOT");
  if (reader.accept("LIKE")) return negate(parseLike(reader, left), negated);
  if (reader.accept("BETWEEN")) {
    const low = parseSum(reader);
    reader.expect("AND");
    return negate({ kind: "between", of: left, low, high: parseSum(reader) }, negated);
  }
  if (reader.accept("IN")) return negate(parseIn(reader, left), negated);
  if (negated) throw reader.unexpected("LIKE, BETWEEN or IN");
  return left;
}

function negate(expr: Expr, negated: boolean): Expr {
  return negated ? { kind: "unary", op: "NOT", of: expr } : expr;
}

function parseLike(reader: Reader, left: Expr): Expr {
  const args: Argument[] = [left, parseSum(reader)].map((value) => ({ name: null, value }));
  if (reader.accept("ESCAPE")) args.push({ name: null, value: parseSum(reader) });
  return { kind: "call", path: ["#LIKE"], args, star: false, distinct: false, order: [] };
}

function parseIn(reader: Reader, of: Expr): Expr {
  reader.expect("(");
  if (reader.isOneOf(["SELECT", "WITH"])) {
    const query = reader.subquery(reader);
    reader.expect(")");
    return { kind: "in", of, list: [], query };
  }
  const list = reader.list(() => parseExpression(reader));
  reader.expect(")");
  return { kind: "in", of, list, query: null };
}

function parseSum(reader: Reader): Expr {
  let left = parseProduct(reader);
  for (;;) {
    const op = ["||", "+", "-"].find((candidate) => reader.accept(candidate));
    if (op === undefined) return left;
    left = { kind: "binary", op, left, right: parseProduct(reader) };
  }
}

function parseProduct(reader: Reader): Expr {
  let left = parseUnary(reader);
  for (;;) {
    const op = ["*", "/"].find((candidate) => reader.accept(candidate));
    if (op === undefined) return left;
    left = { kind: "binary", op, left, right: parseUnary(reader) };
  }
}

function parseUnary(reader: Reader): Expr {
  if (reader.accept("-")) return { kind: "unary", op: "-", of: parseUnary(reader) };
  reader.accept("+");
  return parsePrimary(reader);
}

function parsePrimary(reader: Reader): Expr {
  const token = reader.token;
  if (token.kind === "text") {
    reader.next();
    return { kind: "literal", value: token.value === "" ? null : token.value };
  }
  if (token.kind === "number") {
    reader.next();
    return { kind: "literal", value: Number(token.value) };
  }
  if (reader.accept("(")) return parseParenthesis(reader);
  if (reader.accept(":")) {
    const bind = reader.next();
    return { kind: "bind", name: bind.value };
  }
  if (token.kind === "quoted") return parseName(reader);
  if (token.kind !== "name" || RESERVED.has(token.value)) throw reader.unexpected("an expression");
  return parseWord(reader);
}

function parseParenthesis(reader: Reader): Expr {
  if (reader.isOneOf(["SELECT", "WITH"])) {
    const query = reader.subquery(reader);
    reader.expect(")");
    return { kind: "scalar", query };
  }
  const inner = parseExpression(reader);
  reader.expect(")");
  return inner;
}

function parseWord(reader: Reader): Expr {
  if (reader.accept("NULL")) return { kind: "literal", value: null };
  if (reader.accept("TRUE")) return { kind: "literal", value: true };
  if (reader.accept("FALSE")) return { kind: "literal", value: false };
  if (reader.is("CASE")) return parseCase(reader);
  if (reader.is("EXISTS", "(")) {
    reader.expect("EXISTS", "(");
    const query = reader.subquery(reader);
    reader.expect(")");
    return { kind: "exists", query };
  }
  const following = reader.ahead(1).kind;
  if ((reader.is("DATE") || reader.is("TIMESTAMP")) && following === "text") {
    reader.next();
    return { kind: "literal", value: new Date(`${reader.textValue().replace(" ", "T")}Z`) };
  }
  return parseName(reader);
}

function parseCase(reader: Reader): Expr {
  reader.expect("CASE");
  const of = reader.is("WHEN") ? null : parseExpression(reader);
  const whens: { when: Expr; result: Expr }[] = [];
  while (reader.accept("WHEN")) {
    const when = parseExpression(reader);
    reader.expect("THEN");
    whens.push({ when, result: parseExpression(reader) });
  }
  const otherwise = reader.accept("ELSE") ? parseExpression(reader) : null;
  reader.expect("END");
  return { kind: "case", of, whens, otherwise };
}

function parseName(reader: Reader): Expr {
  const path = [reader.name()];
  while (reader.is(".") && reader.ahead(1).kind !== "op") {
    reader.expect(".");
    path.push(reader.name());
  }
  if (reader.accept("%")) return { kind: "attribute", of: path[0]!, name: reader.name() };
  if (!reader.accept("(")) return { kind: "name", path };
  return finishCall(reader, path);
}

function finishCall(reader: Reader, path: string[]): Expr {
  const star = reader.accept("*");
  const distinct = !star && reader.accept("DISTINCT");
  const args = star || reader.is(")") ? [] : parseArguments(reader);
  // CAST(x AS VARCHAR2(30)) and EXTRACT-like forms are refused: nothing here needs them.
  reader.expect(")");
  let order: OrderItem[] = [];
  if (reader.accept("WITHIN", "GROUP", "(")) {
    order = parseOrder(reader);
    reader.expect(")");
  }
  return { kind: "call", path, args, star, distinct, order };
}

/** `(a, name => b)` without the parentheses. */
export function parseArguments(reader: Reader): Argument[] {
  return reader.list(() => {
    const named = reader.ahead(1).kind === "op" && reader.ahead(1).value === "=>";
    const name = named ? reader.name() : null;
    if (named) reader.expect("=>");
    return { name, value: parseExpression(reader) };
  });
}

/** `ORDER BY a, b DESC` */
export function parseOrder(reader: Reader): OrderItem[] {
  reader.expect("ORDER", "BY");
  return reader.list(() => {
    const by = parseExpression(reader);
    const descending = reader.accept("DESC");
    if (!descending) reader.accept("ASC");
    if (reader.accept("NULLS")) reader.name();
    return { by, descending };
  });
}
