import { Cursor, parseExpression, parsePath } from "./parse-expression.ts";
import type { Block, Instruction } from "./syntax.ts";
import { compileError, syntaxError, tokenize } from "./tokens.ts";

const TYPES = new Set(["NUMBER", "VARCHAR2", "INTEGER", "CLOB", "KU$_STATUS"]);

/** Parses an anonymous block. Throws ORA-06550 as a server does. */
export function parseBlock(source: string): Block {
  const cursor = new Cursor(tokenize(source));
  const block = readBlock(cursor);
  cursor.accept(";");
  if (cursor.peek() !== undefined) throw syntaxError("text after the end");
  return block;
}

/** [DECLARE declarations] BEGIN … [EXCEPTION …] END */
function readBlock(cursor: Cursor): Block {
  const block: Block = { variables: [], procedures: [], body: [], handlers: [] };
  if (cursor.accept("DECLARE")) readDeclarations(cursor, block);
  readBody(cursor, block);
  return block;
}

function readBody(cursor: Cursor, block: Block): void {
  cursor.expect("BEGIN");
  block.body = readUntil(cursor, ["EXCEPTION", "END"]);
  if (cursor.accept("EXCEPTION")) {
    while (cursor.accept("WHEN")) {
      const exception = parsePath(cursor)
        .map((part) => part.name)
        .join(".");
      cursor.expect("THEN");
      block.handlers.push({ exception, body: readUntil(cursor, ["WHEN", "END"]) });
    }
  }
  cursor.expect("END");
}

function readDeclarations(cursor: Cursor, block: Block): void {
  while (!comes(cursor, ["BEGIN"])) {
    if (cursor.accept("PROCEDURE")) block.procedures.push(readProcedure(cursor));
    else block.variables.push(readVariable(cursor));
    cursor.expect(";");
  }
}

function readVariable(cursor: Cursor): Block["variables"][number] {
  const name = cursor.word();
  const type = cursor.word();
  if (!TYPES.has(type)) throw compileError(`PLS-00201: identifier '${type}' must be declared`);
  let size: number | null = null;
  if (cursor.accept("(")) {
    const token = cursor.next();
    size = token.kind === "number" ? token.value : null;
    cursor.expect(")");
  }
  const initial = cursor.accept(":=") ? parseExpression(cursor) : null;
  if (type === "VARCHAR2" && size === null)
    throw compileError("PLS-00215: String length constraints must be in range (1 .. 32767)");
  return { name, type, size, initial };
}

function readProcedure(cursor: Cursor): Block["procedures"][number] {
  const name = cursor.word();
  const parameters = cursor.accept("(") ? readParameters(cursor) : [];
  cursor.expect("IS");
  const block: Block = { variables: [], procedures: [], body: [], handlers: [] };
  readDeclarations(cursor, block);
  readBody(cursor, block);
  return { name, parameters, block };
}

function readParameters(cursor: Cursor): string[] {
  const parameters: string[] = [];
  do {
    parameters.push(cursor.word());
    if (!TYPES.has(cursor.word())) throw syntaxError("type of a parameter");
  } while (cursor.accept(","));
  cursor.expect(")");
  return parameters;
}

function readUntil(cursor: Cursor, words: readonly string[]): Instruction[] {
  const body: Instruction[] = [];
  while (!comes(cursor, words)) body.push(readInstruction(cursor));
  if (body.length === 0) throw syntaxError(words[0]!);
  return body;
}

function readInstruction(cursor: Cursor): Instruction {
  const instruction = readCompound(cursor) ?? readSimple(cursor);
  cursor.expect(";");
  return instruction;
}

function readCompound(cursor: Cursor): Instruction | null {
  if (comes(cursor, ["BEGIN", "DECLARE"])) return { kind: "block", block: readBlock(cursor) };
  if (cursor.accept("IF")) return readIf(cursor);
  if (!cursor.accept("FOR")) return null;
  const variable = cursor.word();
  cursor.expect("IN");
  const from = parseExpression(cursor);
  cursor.expect("..");
  const to = parseExpression(cursor);
  cursor.expect("LOOP");
  const body = readUntil(cursor, ["END"]);
  cursor.expect("END");
  cursor.expect("LOOP");
  return { kind: "loop", variable, from, to, body };
}

function readIf(cursor: Cursor): Instruction {
  const branches: { test: ReturnType<typeof parseExpression>; body: Instruction[] }[] = [];
  do {
    const test = parseExpression(cursor);
    cursor.expect("THEN");
    branches.push({ test, body: readUntil(cursor, ["ELSIF", "ELSE", "END"]) });
  } while (cursor.accept("ELSIF"));
  const otherwise = cursor.accept("ELSE") ? readUntil(cursor, ["END"]) : [];
  cursor.expect("END");
  cursor.expect("IF");
  return { kind: "if", branches, otherwise };
}

function readSimple(cursor: Cursor): Instruction {
  if (cursor.accept("NULL")) return { kind: "null" };
  if (cursor.accept("RAISE")) return { kind: "raise" };
  if (cursor.accept("EXECUTE")) {
    cursor.expect("IMMEDIATE");
    return { kind: "execute", sql: parseExpression(cursor) };
  }
  const first = cursor.peek();
  if (first?.kind === "bind") {
    cursor.next();
    cursor.expect(":=");
    return { kind: "assign", target: { bind: true, name: first.text }, value: parseExpression(cursor) };
  }
  const path = parsePath(cursor);
  if (!cursor.accept(":=")) return { kind: "call", path };
  return { kind: "assign", target: { bind: false, name: path[0]!.name }, value: parseExpression(cursor) };
}

function comes(cursor: Cursor, words: readonly string[]): boolean {
  const token = cursor.peek();
  return token?.kind === "word" && words.includes(token.text);
}
