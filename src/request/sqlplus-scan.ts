import { CODE, lexLine, type LexState } from "./sql-lexer.ts";
import { findRefusedCommand, isOneLineCommand, isPlainTextCommand, isPlsql } from "./sqlplus-commands.ts";
import { MOST_PROBLEMS } from "../problem/limit-problems.ts";
import { TRAPS, type TrapKind } from "./sqlplus-traps.ts";

/** Something in a script that SQL*Plus would skip or run twice, or that is not allowed. */
export interface ScriptTrouble {
  code: string;
  line: number;
  column: number;
  length: number;
  what: string;
  why: string;
  fix: string;
}

/** The result of a scan; `statements` counts what would run. */
export interface ScriptScan {
  /** As many as are listed. */
  troubles: ScriptTrouble[];
  /** The others are only counted: a hostile script has one on each line. */
  others: number;
  statements: number;
  /** The script without its comments, line for line. */
  code: string[];
}

interface Scanner extends ScriptScan {
  mode: "start" | "sql" | "plsql" | "command";
  lex: LexState;
  /** The statement's code so far, enough to tell its kind. */
  head: string;
  /** Line on which the statement began, and its first line's length. */
  begun: { line: number; column: number; length: number };
}

/** Reads a script as SQL*Plus would, by the SQL*Plus User's Guide ("Running SQL Commands", "Using Comments"). */
export function scanScript(text: string): ScriptScan {
  const scanner: Scanner = {
    troubles: [],
    others: 0,
    statements: 0,
    code: [],
    mode: "start",
    lex: CODE,
    head: "",
    begun: { line: 1, column: 1, length: 1 },
  };
  for (const [index, line] of text.split(/\r?\n/).entries()) scanLine(scanner, line, index + 1);
  finish(scanner);
  const { troubles, others, statements, code } = scanner;
  return { troubles, others, statements, code };
}

function scanLine(scanner: Scanner, line: string, number: number): void {
  if (scanner.mode === "command") return continueCommand(scanner, line);
  const idle = scanner.mode === "start" && scanner.lex.in === "code";
  if (idle && startsCommand(scanner, line, number)) return;
  const before = scanner.lex;
  const lexed = lexLine(line, before);
  scanner.lex = lexed.state;
  scanner.code.push(lexed.code);
  if (scanner.mode === "start") {
    if (lexed.bare.trim() === "" && lexed.code.trim() === "") return;
    beginStatement(scanner, line, number);
  }
  scanner.head = `${scanner.head}${lexed.code}\n`.slice(0, 500);
  if (isPlsql(scanner.head)) scanner.mode = "plsql";
  const alone = before.in === "code" ? line.trim() : "";
  if (alone === "/") return endStatement(scanner);
  if (alone === ".") return never(scanner, "dot", { line: number, column: line.indexOf(".") + 1, length: 1 });
  if (scanner.mode === "sql") scanSqlLine(scanner, { line, number, bare: lexed.bare });
}

/** Handles a line at the start of a statement that is not SQL: true when it was one. */
function startsCommand(scanner: Scanner, line: string, number: number): boolean {
  const text = line.trim();
  const place = { line: number, column: line.length - line.trimStart().length + 1, length: text.length };
  if (text === "/") {
    scanner.code.push("");
    return note(scanner, "slash", place);
  }
  const refused = findRefusedCommand(text);
  if (!refused && !isOneLineCommand(text)) return false;
  if (refused) {
    const { name, ...words } = refused;
    const what = `${name} is not allowed in a script`;
    add(scanner, () => ({ code: "script-command", ...place, what, ...words }));
  }
  scanner.code.push(isPlainTextCommand(text) ? "" : lexLine(line, CODE).code);
  if (/^exec/i.test(text)) scanner.statements += 1;
  if (!text.endsWith("-")) return true;
  // What is meant as the next statement is still read as one: its own troubles are worth knowing.
  if (isPlainTextCommand(text)) return note(scanner, "continuedText", place);
  scanner.mode = "command";
  return true;
}

/** A hyphen at the end of a SQL*Plus command continues it on the next line. */
function continueCommand(scanner: Scanner, line: string): void {
  scanner.code.push(line);
  if (!line.trimEnd().endsWith("-")) scanner.mode = "start";
}

function beginStatement(scanner: Scanner, line: string, number: number): void {
  const column = line.length - line.trimStart().length + 1;
  scanner.mode = "sql";
  scanner.head = "";
  scanner.begun = { line: number, column, length: line.trim().length };
}

function scanSqlLine(scanner: Scanner, { line, number, bare }: { line: string; number: number; bare: string }): void {
  const semicolon = bare.indexOf(";");
  const last = line.trimEnd().length - 1;
  const place = { line: number, column: semicolon + 1, length: 1 };
  // SQL*Plus only looks at the last character of the line, not at its context.
  if (line.charAt(last) === ";" && bare.charAt(last) !== ";") {
    note(scanner, "semicolonInside", { ...place, column: last + 1 });
    return;
  }
  if (semicolon < 0) return;
  if (semicolon < last)
    note(scanner, bare.slice(semicolon + 1).trim() === "" ? "commentAfter" : "twoStatements", place);
  endStatement(scanner);
}

function endStatement(scanner: Scanner): void {
  scanner.statements += 1;
  scanner.mode = "start";
  scanner.head = "";
  scanner.lex = CODE;
}

function never(scanner: Scanner, kind: TrapKind, place: Scanner["begun"]): void {
  note(scanner, kind, place);
  scanner.mode = "start";
  scanner.lex = CODE;
}

function finish(scanner: Scanner): void {
  if (scanner.lex.in === "comment") note(scanner, "openComment", scanner.begun);
  else if (scanner.lex.in === "literal") note(scanner, "openLiteral", scanner.begun);
  else if (scanner.mode === "sql") note(scanner, "noSemicolon", scanner.begun);
  else if (scanner.mode === "plsql") note(scanner, "noSlash", scanner.begun);
}

function note(scanner: Scanner, kind: TrapKind, place: Scanner["begun"]): true {
  add(scanner, () => ({ ...TRAPS[kind], ...place }));
  return true;
}

function add(scanner: Scanner, describe: () => ScriptTrouble): void {
  // One more, so that it is known where the others begin.
  if (scanner.troubles.length <= MOST_PROBLEMS) scanner.troubles.push(describe());
  else scanner.others += 1;
}
