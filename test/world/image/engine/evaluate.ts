import type { Expr, Value } from "./ast.ts";
import { callFunction } from "./functions.ts";
import type { Scope } from "./host.ts";
import { ora } from "./tokens.ts";
import { compare, isTrue, textOf, toNumber } from "./values.ts";

/** The value of an expression; conditions give true, false or null. */
export function evaluate(expr: Expr, scope: Scope): Value {
  switch (expr.kind) {
    case "literal":
      return expr.value;
    case "name":
      return evaluateName(expr.path, scope);
    case "bind":
      return known(scope.bind(expr.name), 1008, `not all variables bound: ${expr.name}`);
    case "attribute":
      return known(scope.attribute(expr.of, expr.name), 6550, `PLS-00201: "${expr.of}%${expr.name}" must be declared`);
    case "call":
      return evaluateCall(expr, scope);
    case "unary":
      return evaluateUnary(expr, scope);
    case "binary":
      return evaluateBinary(expr, scope);
    case "case":
      return evaluateCase(expr, scope);
    case "scalar":
      return scalar(scope.query(expr.query, scope));
    case "exists":
      return scope.query(expr.query, scope).length > 0;
    default:
      return evaluateTest(expr, scope);
  }
}

function known(value: Value | undefined, code: number, text: string): Value {
  if (value === undefined) throw ora(code, text);
  return value;
}

const PSEUDO: Record<string, (scope: Scope) => Value> = {
  USER: (scope) => scope.host.user(),
  SYSDATE: (scope) => scope.host.now(),
  SYSTIMESTAMP: (scope) => scope.host.now(),
  CURRENT_TIMESTAMP: (scope) => scope.host.now(),
};

function evaluateName(path: string[], scope: Scope): Value {
  const value = scope.lookup(path);
  if (value !== undefined) return value;
  const pseudo = path.length === 1 ? PSEUDO[path[0]!] : undefined;
  if (pseudo) return pseudo(scope);
  const called = path.length > 1 || scope.local(path[0]!, []) !== undefined ? tryCall(path, [], scope) : undefined;
  if (called !== undefined) return called;
  throw ora(904, `${path.map((name) => `"${name}"`).join(".")}: invalid identifier`);
}

function tryCall(path: string[], args: Value[], scope: Scope): Value | undefined {
  const local = path.length === 1 ? scope.local(path[0]!, args) : undefined;
  return local !== undefined ? local : callFunction(path.join("."), args, scope);
}

/** Functions that are called with names, in the order that they take positions. */
const NAMED_ARGUMENTS: Record<string, string[]> = {
  XS$ACE_TYPE: ["PRIVILEGE_LIST", "PRINCIPAL_NAME", "PRINCIPAL_TYPE"],
};

const AGGREGATES = new Set(["COUNT", "SUM", "MIN", "MAX", "LISTAGG"]);

function evaluateCall(expr: Expr & { kind: "call" }, scope: Scope): Value {
  const name = expr.path.join(".");
  if (AGGREGATES.has(name)) return aggregate(expr, scope);
  const order = NAMED_ARGUMENTS[name];
  const given = order ? order.map((key, at) => expr.args.find((arg) => arg.name === key) ?? expr.args[at]!) : expr.args;
  const args = given.map((argument) => evaluate(argument.value, scope));
  const value = tryCall(expr.path, args, scope);
  if (value === undefined) throw ora(904, `"${name}": invalid identifier`);
  return value;
}

function aggregate(expr: Expr & { kind: "call" }, scope: Scope): Value {
  if (scope.group === null) throw ora(934, "group function is not allowed here");
  const rows = [...scope.group];
  if (expr.star) return rows.length;
  const { order } = expr;
  rows.sort((a, b) => {
    for (const { by, descending } of order) {
      const difference = compare(evaluate(by, a), evaluate(by, b)) ?? 0;
      if (difference !== 0) return descending ? -difference : difference;
    }
    return 0;
  });
  let values = rows.map((row) => evaluate(expr.args[0]!.value, row)).filter((value) => value !== null);
  if (expr.distinct) values = [...new Set(values)];
  if (expr.path[0] === "COUNT") return values.length;
  if (values.length === 0) return null;
  if (expr.path[0] === "SUM") return values.reduce<number>((sum, value) => sum + toNumber(value)!, 0);
  if (expr.path[0] === "LISTAGG") {
    const separator = expr.args[1] ? (textOf(evaluate(expr.args[1].value, scope)) ?? "") : "";
    return values.map((value) => textOf(value)).join(separator);
  }
  const sign = expr.path[0] === "MAX" ? -1 : 1;
  return [...values].sort((a, b) => sign * (compare(a, b) ?? 0))[0]!;
}

function evaluateUnary(expr: Expr & { kind: "unary" }, scope: Scope): Value {
  const value = evaluate(expr.of, scope);
  if (expr.op === "-") return value === null ? null : -toNumber(value)!;
  return value === null ? null : !isTrue(value);
}

function evaluateBinary(expr: Expr & { kind: "binary" }, scope: Scope): Value {
  const left = evaluate(expr.left, scope);
  // PL/SQL promises to stop early; SQL does not, and a dry pass wants to see every name.
  if (!scope.probing && expr.op === "AND" && left === false) return false;
  if (!scope.probing && expr.op === "OR" && left === true) return true;
  const right = evaluate(expr.right, scope);
  switch (expr.op) {
    case "AND":
      return left === false || right === false
        ? false
        : left === null || right === null
          ? null
          : isTrue(left) && isTrue(right);
    case "OR":
      return left === true || right === true
        ? true
        : left === null || right === null
          ? null
          : isTrue(left) || isTrue(right);
    case "||":
      return `${textOf(left) ?? ""}${textOf(right) ?? ""}` || null;
    case "+":
    case "-":
    case "*":
    case "/":
      return arithmetic(expr.op, left, right);
    default:
      return comparison(expr.op, left, right);
  }
}

function arithmetic(op: string, left: Value, right: Value): Value {
  if (left === null || right === null) return null;
  const days = 86_400_000;
  if (left instanceof Date && right instanceof Date && op === "-") return (left.getTime() - right.getTime()) / days;
  if (left instanceof Date) return new Date(left.getTime() + (op === "-" ? -1 : 1) * toNumber(right)! * days);
  const a = toNumber(left)!;
  const b = toNumber(right)!;
  if (op === "/" && b === 0) throw ora(1476, "divisor is equal to zero");
  return op === "+" ? a + b : op === "-" ? a - b : op === "*" ? a * b : a / b;
}

function comparison(op: string, left: Value, right: Value): Value {
  const difference = compare(left, right);
  if (difference === null) return null;
  switch (op) {
    case "=":
      return difference === 0;
    case "<>":
      return difference !== 0;
    case "<":
      return difference < 0;
    case ">":
      return difference > 0;
    case "<=":
      return difference <= 0;
    default:
      return difference >= 0;
  }
}

function evaluateCase(expr: Expr & { kind: "case" }, scope: Scope): Value {
  const of = expr.of === null ? null : evaluate(expr.of, scope);
  let result: Value | undefined;
  for (const { when, result: then } of expr.whens) {
    const test = evaluate(when, scope);
    const hit = expr.of === null ? isTrue(test) : comparison("=", of, test) === true;
    if (scope.probing) evaluate(then, scope);
    if (hit && result === undefined) result = evaluate(then, scope);
    if (hit && !scope.probing) return result!;
  }
  const otherwise = expr.otherwise === null ? null : evaluate(expr.otherwise, scope);
  return result === undefined ? otherwise : result;
}

function scalar(rows: Value[][]): Value {
  if (rows.length > 1) throw ora(1427, "single-row subquery returns more than one row");
  return rows[0]?.[0] ?? null;
}

function evaluateTest(expr: Expr & { kind: "in" | "between" | "null" }, scope: Scope): Value {
  const of = evaluate(expr.of, scope);
  if (expr.kind === "null") return of === null;
  if (expr.kind === "between") {
    const low = comparison(">=", of, evaluate(expr.low, scope));
    const high = comparison("<=", of, evaluate(expr.high, scope));
    return low === false || high === false ? false : low === null || high === null ? null : true;
  }
  const list = expr.query
    ? scope.query(expr.query, scope).map((row) => row[0]!)
    : expr.list.map((item) => evaluate(item, scope));
  const tests = list.map((item) => comparison("=", of, item));
  return tests.includes(true) ? true : tests.includes(null) ? null : false;
}
