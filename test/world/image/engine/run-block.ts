import { OraError } from "../../oracle/engine.ts";
import type { Argument, Block, Declaration, Expr, Statement, Value } from "./ast.ts";
import { evaluate } from "./evaluate.ts";
import { bindParameters, findIn, openFrame, scopeOf, type Frame } from "./frame.ts";
import type { Host, Work } from "./host.ts";
import { openReader } from "./parse-query.ts";
import { parseQuery } from "./parse-query.ts";
import { runQuery } from "./run-query.ts";
import { ora } from "./tokens.ts";
import { isTrue, textOf, toNumber } from "./values.ts";

type Signal = "on" | "exit" | "continue" | { value: Value };

const NAMED: Record<string, number> = {
  NO_DATA_FOUND: 1403,
  TOO_MANY_ROWS: 1422,
  DUP_VAL_ON_INDEX: 1,
  INVALID_NUMBER: 1722,
  VALUE_ERROR: 6502,
  ZERO_DIVIDE: 1476,
};

/** Runs an anonymous block of a session. */
export function* runAnonymous(block: Block, host: Host): Work {
  yield* runBlock(block, openFrame({ host, callLocal }));
}

/** The scope of a statement outside any block. */
export function sessionScope(host: Host): ReturnType<typeof scopeOf> {
  return scopeOf(openFrame({ host, callLocal }));
}

function* runBlock(block: Block, outer: Frame): Work<Signal> {
  const frame = openFrame(outer);
  for (const declaration of block.declares) declare(declaration, frame);
  try {
    return yield* runStatements(block.body, frame);
  } catch (error) {
    if (!(error instanceof OraError)) throw error;
    const handler = block.handlers.find(({ names }) =>
      names.some((name) => name === "OTHERS" || codeOf(name, frame) === error.code),
    );
    if (!handler) throw error;
    frame.variables.set("SQLERRM", { value: error.message.split("\n")[0]! });
    frame.variables.set("SQLCODE", {
      value: error.code >= 20000 && error.code <= 20999 ? -error.code : error.code === 1403 ? 100 : -error.code,
    });
    frame.variables.set("#ERROR", { value: JSON.stringify({ code: error.code, message: error.message }) });
    return yield* runStatements(handler.body, frame);
  }
}

function codeOf(name: string, frame: Frame): number | null {
  return findIn(frame, (at) => at.exceptions.get(name)) ?? NAMED[name] ?? null;
}

function declare(declaration: Declaration, frame: Frame): void {
  switch (declaration.kind) {
    case "variable": {
      const value = declaration.value === null ? null : evaluate(declaration.value, scopeOf(frame));
      frame.variables.set(declaration.name, { value });
      return;
    }
    case "exception":
      // A user's own exception without EXCEPTION_INIT has one number for all, as in Oracle.
      frame.exceptions.set(declaration.name, 6510);
      return;
    case "pragma":
      frame.exceptions.set(declaration.name, Math.abs(declaration.code));
      return;
    case "cursor":
      frame.cursors.set(declaration.name, declaration);
      return;
    default:
      frame.routines.set(declaration.name, declaration);
  }
}

function* runStatements(statements: Statement[], frame: Frame): Work<Signal> {
  for (const statement of statements) {
    const signal: Signal = yield* runLine(statement, frame);
    if (signal !== "on") return signal;
  }
  return "on";
}

function* runLine(statement: Statement, frame: Frame): Work<Signal> {
  try {
    return yield* runStatement(statement, frame);
  } catch (error) {
    if (!(error instanceof OraError) || error.message.includes("\nORA-06512")) throw error;
    if (error.code === 904 && statement.kind !== "select") throw compileError(error, statement.line);
    throw new OraError(error.code, [error.message, `ORA-06512: at line ${statement.line}`]);
  }
}

function compileError(error: OraError, line: number): OraError {
  const name = /"([^"]*)"/.exec(error.message)?.[1] ?? "?";
  return new OraError(6550, [`ORA-06550: line ${line}, column 1:`, `PLS-00201: identifier '${name}' must be declared`]);
}

function* runStatement(statement: Statement, frame: Frame): Work<Signal> {
  const scope = scopeOf(frame);
  switch (statement.kind) {
    case "null":
      return "on";
    case "assign":
      assign(frame, statement.target, evaluate(statement.value, scope));
      return "on";
    case "call":
      yield* runCall(statement.call, frame);
      return "on";
    case "if": {
      const branch = statement.branches.find(({ when }) => when === null || isTrue(evaluate(when, scope)));
      return branch ? yield* runStatements(branch.body, frame) : "on";
    }
    case "exit":
      return statement.when === null || isTrue(evaluate(statement.when, scope)) ? "exit" : "on";
    case "continue":
      return statement.when === null || isTrue(evaluate(statement.when, scope)) ? "continue" : "on";
    case "return":
      return { value: statement.value === null ? null : evaluate(statement.value, scope) };
    case "block":
      return yield* runBlock(statement.block, frame);
    case "raise":
      throw raised(statement.name, frame);
    case "execute":
      yield* runExecute(statement, frame);
      return "on";
    default:
      return yield* runSqlOrLoop(statement, frame);
  }
}

function* runSqlOrLoop(statement: Statement, frame: Frame): Work<Signal> {
  switch (statement.kind) {
    case "select":
      selectInto(statement.query.selects[0]!.into, runQuery(statement.query, scopeOf(frame)).rows, frame);
      return "on";
    case "dml":
      frame.rowcount.of = frame.host.dml(statement.dml, scopeOf(frame));
      return "on";
    case "transaction":
      frame.host.transaction(statement.commit);
      return "on";
    case "for-query":
      return yield* runCursorLoop(statement, frame);
    case "for-range":
      return yield* runRange(statement, frame);
    case "while":
      return yield* runWhile(statement, frame);
    default:
      throw ora(6550, `line ${statement.line}: a statement of kind ${statement.kind} is not known here`);
  }
}

function* runWhile(statement: Statement & { kind: "while" }, frame: Frame): Work<Signal> {
  while (statement.when === null || isTrue(evaluate(statement.when, scopeOf(frame)))) {
    const signal = yield* runStatements(statement.body, frame);
    if (signal === "exit") return "on";
    if (typeof signal === "object") return signal;
    yield 0;
  }
  return "on";
}

function raised(name: string | null, frame: Frame): OraError {
  if (name !== null)
    return ora(
      codeOf(name, frame) ?? 6550,
      name === "NO_DATA_FOUND" ? "no data found" : "PL/SQL: unhandled user-defined exception",
    );
  const variable = findIn(frame, (at) => at.variables.get("#ERROR"));
  if (!variable || !("value" in variable))
    throw ora(6550, "PLS-00367: a RAISE statement with no exception name must be inside an exception handler");
  const { code, message } = JSON.parse(String(variable.value)) as { code: number; message: string };
  return new OraError(code, [message]);
}

function assign(frame: Frame, target: string[], value: Value): void {
  const variable = findIn(frame, (at) => at.variables.get(target[0]!));
  if (!variable) throw ora(904, `"${target.join(".")}": invalid identifier`);
  if ("record" in variable) variable.record[target[1]!] = value;
  else variable.value = value;
}

function selectInto(into: string[][], rows: Value[][], frame: Frame): void {
  if (into.length === 0) throw ora(6550, "PLS-00428: an INTO clause is expected in this SELECT statement");
  if (rows.length === 0) throw ora(1403, "no data found");
  if (rows.length > 1) throw ora(1422, "exact fetch returns more than requested number of rows");
  into.forEach((target, at) => assign(frame, target, rows[0]![at] ?? null));
}

function* runCursorLoop(statement: Statement & { kind: "for-query" }, frame: Frame): Work<Signal> {
  let { query } = statement;
  const inner = openFrame(frame);
  if (statement.cursor !== null) {
    const cursor = findIn(frame, (at) => at.cursors.get(statement.cursor!));
    if (!cursor) throw ora(904, `"${statement.cursor}": invalid identifier`);
    query = cursor.query;
    cursor.parameters.forEach((name, at) =>
      inner.variables.set(name, { value: evaluate(statement.args[at]!.value, scopeOf(frame)) }),
    );
  }
  const result = runQuery(query!, scopeOf(inner));
  for (const row of result.rows) {
    inner.variables.set(statement.variable, {
      record: Object.fromEntries(result.columns.map((column, at) => [column, row[at]!])),
    });
    const signal = yield* runStatements(statement.body, inner);
    if (signal === "exit") return "on";
    if (typeof signal === "object") return signal;
    yield 0;
  }
  return "on";
}

function* runRange(statement: Statement & { kind: "for-range" }, frame: Frame): Work<Signal> {
  const low = toNumber(evaluate(statement.low, scopeOf(frame)))!;
  const high = toNumber(evaluate(statement.high, scopeOf(frame)))!;
  const inner = openFrame(frame);
  for (let step = 0; step <= high - low; step += 1) {
    inner.variables.set(statement.variable, { value: statement.reverse ? high - step : low + step });
    const signal = yield* runStatements(statement.body, inner);
    if (signal === "exit") return "on";
    if (typeof signal === "object") return signal;
  }
  return "on";
}

function* runExecute(statement: Statement & { kind: "execute" }, frame: Frame): Work {
  const sql = textOf(evaluate(statement.sql, scopeOf(frame))) ?? "";
  const binds = statement.using.map((expr) => evaluate(expr, scopeOf(frame)));
  if (/^\s*(SELECT|WITH)\b/i.test(sql)) {
    const reader = openReader(sql);
    const query = parseQuery(reader);
    // EXECUTE IMMEDIATE takes no semicolon after SQL.
    if (reader.token.kind !== "end") throw ora(933, "SQL command not properly ended");
    const bound = { ...openFrame({ host: frame.host, callLocal }), binds };
    return selectInto(statement.into, runQuery(query, scopeOf(bound)).rows, frame);
  }
  if (binds.length > 0) throw ora(1006, "bind variable does not exist: only queries take binds here");
  if (!/^\s*(BEGIN|DECLARE|CREATE\s+(OR\s+REPLACE\s+)?(PROCEDURE|FUNCTION))\b/i.test(sql) && /;\s*$/.test(sql))
    throw ora(933, "SQL command not properly ended");
  yield* frame.host.execute(sql);
}

function* runCall(call: Expr & { kind: "call" }, frame: Frame): Work {
  const name = call.path.join(".").replace(/^SYS\.(?=DBMS_|UTL_)/, "");
  const local = call.path.length === 1 ? findIn(frame, (at) => at.routines.get(name)) : undefined;
  if (local) {
    yield* callRoutine({ routine: local, args: call.args, frame, outer: frame });
    return;
  }
  if (name === "RAISE_APPLICATION_ERROR") throw applicationError(call.args, frame);
  const args = new Map<string | number, Value>();
  call.args.forEach((argument, at) => args.set(argument.name ?? at, evaluateArgument(argument, frame)));
  const answer = frame.host.packageCall(name, args);
  // A write-back for the one OUT-like shape that is used: cursor := DBMS_SQL.OPEN_CURSOR is a function, not a call.
  if (answer) {
    yield answer.sleep;
    return;
  }
  const stored = frame.host.storedRoutine(call.path);
  if (!stored)
    throw new OraError(6550, [`ORA-06550: line 1, column 1:`, `PLS-00201: identifier '${name}' must be declared`]);
  const before = frame.host.become(stored.owner);
  try {
    yield* callRoutine({ routine: stored, args: call.args, frame, outer: openFrame({ host: frame.host, callLocal }) });
  } finally {
    frame.host.become(before);
  }
}

function evaluateArgument(argument: Argument, frame: Frame): Value {
  return evaluate(argument.value, scopeOf(frame));
}

function applicationError(args: Argument[], frame: Frame): OraError {
  const code = toNumber(evaluateArgument(args[0]!, frame))!;
  if (code > -20000 || code < -20999)
    return ora(21000, `error number argument to raise_application_error of ${code} is out of range`);
  return ora(-code, textOf(evaluateArgument(args[1]!, frame)) ?? "");
}

interface RoutineCall {
  routine: { parameters: { name: string; mode: string; value: Expr | null }[]; block: Block };
  args: Argument[];
  frame: Frame;
  outer: Frame;
}

function* callRoutine(call: RoutineCall): Work<Value> {
  const { routine, args, frame } = call;
  const inner = openFrame(call.outer);
  const given = routine.parameters.map(
    (parameter, at) =>
      args.find((arg) => arg.name === parameter.name) ?? (args[at]?.name === null ? args[at] : undefined),
  );
  const values = given.map((argument, at) => {
    if (argument) return evaluateArgument(argument, frame);
    const { value } = routine.parameters[at]!;
    if (value === null) throw ora(6550, "PLS-00306: wrong number or types of arguments in call");
    return evaluate(value, scopeOf(inner));
  });
  if (args.length > routine.parameters.length) throw ora(6550, "PLS-00306: wrong number or types of arguments in call");
  bindParameters(inner, routine.parameters as never, values);
  const signal = yield* runBlock(routine.block, inner);
  routine.parameters.forEach((parameter, at) => {
    const target = given[at]?.value;
    const variable = inner.variables.get(parameter.name);
    if (parameter.mode !== "IN" && target?.kind === "name" && variable && "value" in variable)
      assign(frame, target.path, variable.value);
  });
  return typeof signal === "object" ? signal.value : null;
}

/** Runs a declared function for an expression; it may not wait. */
function callLocal(name: string, args: Value[], frame: Frame): Value | undefined {
  const routine = findIn(frame, (at) => at.routines.get(name));
  if (!routine?.returns) return undefined;
  const literal = args.map((value): Argument => ({ name: null, value: { kind: "literal", value } }));
  const work = callRoutine({ routine, args: literal, frame, outer: frame });
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}
