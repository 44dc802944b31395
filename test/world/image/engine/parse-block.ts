import type { Block, Declaration, Expr, Parameter, Statement } from "./ast.ts";
import { parseArguments, parseExpression } from "./parse-expression.ts";
import { parseDml, parseQuery } from "./parse-query.ts";
import type { Reader } from "./reader.ts";

const TYPES = new Set(
  (
    "VARCHAR2 NVARCHAR2 VARCHAR CHAR NUMBER INTEGER INT PLS_INTEGER BINARY_INTEGER SIMPLE_INTEGER POSITIVE NATURAL BOOLEAN " +
    "DATE TIMESTAMP CLOB RAW"
  ).split(" "),
);

/** A PL/SQL block from DECLARE or BEGIN to its END. */
export function parseBlock(reader: Reader): Block {
  const { line } = reader.token;
  const declares = reader.accept("DECLARE") ? parseDeclarations(reader) : [];
  return finishBlock(reader, declares, line);
}

/** What follows AS or IS in a procedure: declarations and body. */
export function parseRoutineBody(reader: Reader): Block {
  const { line } = reader.token;
  return finishBlock(reader, parseDeclarations(reader), line);
}

function finishBlock(reader: Reader, declares: Declaration[], line: number): Block {
  reader.expect("BEGIN");
  const body = parseStatements(reader, ["END", "EXCEPTION"]);
  const handlers = reader.accept("EXCEPTION") ? parseHandlers(reader) : [];
  reader.expect("END");
  if (reader.token.kind === "name" || reader.token.kind === "quoted") reader.name();
  reader.expect(";");
  return { declares, body, handlers, line };
}

function parseHandlers(reader: Reader): Block["handlers"] {
  const handlers: Block["handlers"] = [];
  while (reader.accept("WHEN")) {
    const names = [reader.name()];
    while (reader.accept("OR")) names.push(reader.name());
    reader.expect("THEN");
    handlers.push({ names, body: parseStatements(reader, ["END", "WHEN"]) });
  }
  return handlers;
}

function parseDeclarations(reader: Reader): Declaration[] {
  const declares: Declaration[] = [];
  while (!reader.is("BEGIN")) declares.push(parseDeclaration(reader));
  return declares;
}

function parseDeclaration(reader: Reader): Declaration {
  if (reader.accept("PRAGMA", "EXCEPTION_INIT", "(")) {
    const name = reader.name();
    reader.expect(",");
    const code = parseExpression(reader);
    reader.expect(")", ";");
    return { kind: "pragma", name, code: constantNumber(reader, code) };
  }
  if (reader.accept("CURSOR")) return parseCursor(reader);
  if (reader.is("PROCEDURE") || reader.is("FUNCTION")) return parseRoutine(reader);
  const name = reader.name();
  if (reader.accept("EXCEPTION")) {
    reader.expect(";");
    return { kind: "exception", name };
  }
  reader.accept("CONSTANT");
  const type = parseType(reader);
  if (reader.accept("NOT")) reader.expect("NULL");
  const value = reader.accept(":=") || reader.accept("DEFAULT") ? parseExpression(reader) : null;
  reader.expect(";");
  return { kind: "variable", name, type, value };
}

function constantNumber(reader: Reader, expr: Expr): number {
  if (expr.kind === "unary" && expr.of.kind === "literal") return -Number(expr.of.value);
  if (expr.kind === "literal") return Number(expr.value);
  throw reader.unexpected("a number");
}

function parseCursor(reader: Reader): Declaration {
  const name = reader.name();
  const parameters: string[] = [];
  if (reader.accept("(")) {
    parameters.push(...parseParameters(reader).map((parameter) => parameter.name));
    reader.expect(")");
  }
  reader.expect("IS");
  const query = parseQuery(reader);
  reader.expect(";");
  return { kind: "cursor", name, parameters, query };
}

function parseRoutine(reader: Reader): Declaration {
  const returns = reader.accept("FUNCTION");
  if (!returns) reader.expect("PROCEDURE");
  const name = reader.name();
  const parameters = parseOptionalParameters(reader);
  if (returns) {
    reader.expect("RETURN");
    parseType(reader);
  }
  if (!reader.accept("IS")) reader.expect("AS");
  return { kind: "routine", name, parameters, block: parseRoutineBody(reader), returns };
}

/** `(p IN VARCHAR2, …)` or nothing. */
export function parseOptionalParameters(reader: Reader): Parameter[] {
  if (!reader.accept("(")) return [];
  const parameters = parseParameters(reader);
  reader.expect(")");
  return parameters;
}

function parseParameters(reader: Reader): Parameter[] {
  return reader.list(() => {
    const name = reader.name();
    const input = reader.accept("IN");
    const output = reader.accept("OUT");
    reader.accept("NOCOPY");
    parseType(reader);
    const value = reader.accept(":=") || reader.accept("DEFAULT") ? parseExpression(reader) : null;
    return { name, mode: output ? (input ? "IN OUT" : "OUT") : "IN", value } as Parameter;
  });
}

function parseType(reader: Reader): string {
  const path = reader.path();
  if (reader.accept("%")) {
    if (!reader.accept("TYPE")) reader.expect("ROWTYPE");
    return "ANY";
  }
  if (path.length > 1 || !TYPES.has(path[0]!))
    throw reader.unexpected(`a type that is known (${path.join(".")} is not)`);
  if (reader.accept("(")) {
    reader.next();
    if (!reader.accept("CHAR")) reader.accept("BYTE");
    if (reader.accept(",")) reader.next();
    reader.expect(")");
  }
  if (path[0] === "TIMESTAMP" && reader.accept("WITH")) reader.accept("TIME", "ZONE");
  return path[0]!;
}

function parseStatements(reader: Reader, until: string[]): Statement[] {
  const statements: Statement[] = [];
  while (!reader.isOneOf(until)) {
    if (reader.token.kind === "end") throw reader.unexpected(until.join(" or "));
    statements.push(parseStatement(reader));
  }
  return statements;
}

function parseStatement(reader: Reader): Statement {
  const { line } = reader.token;
  if (reader.is("DECLARE") || reader.is("BEGIN")) return { line, kind: "block", block: parseBlock(reader) };
  if (reader.is("IF")) return { line, ...parseIf(reader) };
  if (reader.accept("FOR")) return { line, ...parseFor(reader) };
  if (reader.accept("WHILE")) {
    const when = parseExpression(reader);
    return { line, kind: "while", when, body: parseLoop(reader) };
  }
  if (reader.is("LOOP")) return { line, kind: "while", when: null, body: parseLoop(reader) };
  const statement = parseSimple(reader);
  reader.expect(";");
  return { line, ...statement };
}

type Bare = Statement extends infer S ? (S extends { line: number } ? Omit<S, "line"> : never) : never;

function parseSimple(reader: Reader): Bare {
  if (reader.accept("NULL")) return { kind: "null" };
  if (reader.accept("EXIT")) return { kind: "exit", when: reader.accept("WHEN") ? parseExpression(reader) : null };
  if (reader.accept("CONTINUE"))
    return { kind: "continue", when: reader.accept("WHEN") ? parseExpression(reader) : null };
  if (reader.isOneOf(["COMMIT", "ROLLBACK"])) return parseTransaction(reader);
  if (reader.accept("RAISE")) return { kind: "raise", name: reader.is(";") ? null : reader.name() };
  if (reader.accept("RETURN")) return { kind: "return", value: reader.is(";") ? null : parseExpression(reader) };
  if (reader.accept("EXECUTE", "IMMEDIATE")) return parseExecute(reader);
  if (reader.is("SELECT") || reader.is("WITH")) return { kind: "select", query: parseQuery(reader) };
  if (reader.isOneOf(["UPDATE", "DELETE", "INSERT"])) return { kind: "dml", dml: parseDml(reader) };
  return parseAssignOrCall(reader);
}

function parseAssignOrCall(reader: Reader): Bare {
  const path = reader.path();
  if (reader.accept(":=")) return { kind: "assign", target: path, value: parseExpression(reader) };
  const args = reader.accept("(") ? (reader.is(")") ? [] : parseArguments(reader)) : null;
  if (args !== null) reader.expect(")");
  return { kind: "call", call: { kind: "call", path, args: args ?? [], star: false, distinct: false, order: [] } };
}

function parseExecute(reader: Reader): Bare {
  const sql = parseExpression(reader);
  const into = reader.accept("INTO") ? reader.list(() => reader.path()) : [];
  const using = reader.accept("USING")
    ? reader.list(() => {
        reader.accept("IN");
        return parseExpression(reader);
      })
    : [];
  return { kind: "execute", sql, into, using };
}

function parseIf(reader: Reader): Bare {
  reader.expect("IF");
  const branches: { when: Expr | null; body: Statement[] }[] = [];
  const stops = ["ELSIF", "ELSE", "END"];
  do {
    const when = parseExpression(reader);
    reader.expect("THEN");
    branches.push({ when, body: parseStatements(reader, stops) });
  } while (reader.accept("ELSIF"));
  if (reader.accept("ELSE")) branches.push({ when: null, body: parseStatements(reader, ["END"]) });
  reader.expect("END", "IF", ";");
  return { kind: "if", branches };
}

function parseFor(reader: Reader): Bare {
  const variable = reader.name();
  reader.expect("IN");
  const reverse = reader.accept("REVERSE");
  if (reader.is("(", "SELECT") || reader.is("(", "WITH")) {
    reader.expect("(");
    const query = parseQuery(reader);
    reader.expect(")");
    return { kind: "for-query", variable, query, cursor: null, args: [], body: parseLoop(reader) };
  }
  const low = parseExpression(reader);
  if (reader.accept("..")) {
    const high = parseExpression(reader);
    return { kind: "for-range", variable, low, high, reverse, body: parseLoop(reader) };
  }
  if (low.kind !== "name" && low.kind !== "call") throw reader.unexpected("a cursor or a range");
  const args = low.kind === "call" ? low.args : [];
  return { kind: "for-query", variable, query: null, cursor: low.path[0]!, args, body: parseLoop(reader) };
}

function parseLoop(reader: Reader): Statement[] {
  reader.expect("LOOP");
  const body = parseStatements(reader, ["END"]);
  reader.expect("END", "LOOP");
  if (reader.token.kind === "name") reader.name();
  reader.expect(";");
  return body;
}

function parseTransaction(reader: Reader): Bare {
  const commit = reader.next().value === "COMMIT";
  reader.accept("WORK");
  return { kind: "transaction", commit };
}
