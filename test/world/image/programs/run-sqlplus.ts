import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { openWire, type Wire } from "../database/wire.ts";
import { parseLogon } from "./connect-string.ts";
import { shutDown, startUp } from "./sqlplus-instance.ts";
import { printError, printRows } from "./sqlplus-print.ts";
import { applySet, defaultSettings } from "./sqlplus-settings.ts";
import { imageProfile } from "./surroundings.ts";

// SQL*Plus for scripts on stdin: its commands, its own errors, and SQL handed to the instance.

interface Whenever {
  exit: boolean;
  status: string;
  commit: boolean;
}

/** One start of SQL*Plus, wherever it runs. */
export interface SqlplusCall {
  root: string;
  cwd: string;
  env: Record<string, string | undefined>;
  argv: string[];
  /** The whole of stdin. */
  input: string;
  print(text: string): void;
  /** Told the exit status that the loss of the instance would have from here on. */
  onRule?(status: number): void;
  /** Told each connection, for who has to cut it when the client dies. */
  onWire?(wire: Wire): void;
}

interface Program {
  call: SqlplusCall;
  root: string;
  /** A line. */
  print(text: string): void;
  lines: string[];
  silent: boolean;
  /** -L: one try, no second question. */
  oneTry: boolean;
  restriction: number;
  settings: Map<string, string>;
  wire: Wire | null;
  /** Connected AS SYSDBA while no instance is there. */
  idle: boolean;
  sqlError: Whenever;
  osError: Whenever;
  tag: string | null;
  buffer: string;
  lastCode: number;
  /** Set when the program is to end. */
  status: number | null;
}

/** ORA-03113: the instance went away. */
const LOST = 3113;

const SQL_WORDS =
  /^(SELECT|WITH|INSERT|UPDATE|DELETE|MERGE|CREATE|ALTER|DROP|GRANT|REVOKE|TRUNCATE|COMMIT|ROLLBACK|SAVEPOINT|PURGE|LOCK|EXPLAIN|COMMENT|ANALYZE|AUDIT|FLASHBACK|CALL|RENAME|BEGIN|DECLARE)\b/i;
const PLSQL_WORDS =
  /^(BEGIN|DECLARE)\b|^CREATE\s+(OR\s+REPLACE\s+)?(EDITIONABLE\s+|NONEDITIONABLE\s+)?(PROCEDURE|FUNCTION|PACKAGE|TRIGGER|TYPE|LIBRARY)\b/i;

function newProgram(call: SqlplusCall): Program {
  const go: Whenever = { exit: false, status: "", commit: true };
  return {
    call,
    root: call.root,
    print: (text) => call.print(`${text}\n`),
    lines: [],
    silent: false,
    oneTry: false,
    restriction: 0,
    settings: defaultSettings(),
    wire: null,
    idle: false,
    sqlError: go,
    osError: go,
    tag: null,
    buffer: "",
    lastCode: 0,
    status: null,
  };
}

/** The exit status. */
export async function runSqlplus(call: SqlplusCall): Promise<number> {
  const program = newProgram(call);
  const { print } = program;
  const rest = [...call.argv];
  while (rest[0]?.startsWith("-")) {
    const option = rest.shift()!.toUpperCase();
    if (option === "-V" || option === "-VERSION") return version(program);
    if (option === "-S") program.silent = true;
    else if (option === "-L") program.oneTry = true;
    else if (option === "-R") program.restriction = Number(rest.shift());
    else return usage(print);
  }
  const file = rest.at(-1)?.startsWith("@") ? rest.pop()!.slice(1) : null;
  const logon = rest.join(" ");
  if (!program.silent)
    print("\nSQL*Plus: Release 23.26.0.0.0 - Production\n\nCopyright (c) 1982, 2025, Oracle.  All rights reserved.\n");
  program.lines = [
    ...(file === null ? [] : readFileSync(resolve(call.cwd, file), "utf8").split("\n")),
    ...call.input.replace(/\n$/, "").split("\n"),
  ];
  if (logon !== "/nolog" && !(await firstLogon(program, logon))) return 1;
  while (program.lines.length > 0 && program.status === null) await readLine(program);
  if (program.status === null) await leave(program, 0, program.settings.get("EXITCOMMIT") !== "OFF");
  program.wire?.close();
  if (!program.silent) print("Disconnected from Oracle AI Database");
  return program.status ?? 0;
}

function version(program: Program): number {
  program.print(
    `\nSQL*Plus: Release ${imageProfile(program.root).name === "ee-19c" ? "19.0.0.0.0" : "23.26.0.0.0"} - Production\n`,
  );
  return 0;
}

function usage(print: Program["print"]): number {
  print("SP2-0306: Invalid option.\nUsage: CONN[ECT] [{logon|/|proxy} [AS {SYSDBA|SYSOPER}] [edition=value]]");
  return 1;
}

async function firstLogon(program: Program, text: string): Promise<boolean> {
  if (parseLogon(text, program.call)?.withPassword)
    program.print("SEEDBED-WORLD: a password stood on the command line, where every process can read it");
  if (parseLogon(text, program.call)?.withPassword) return false;
  if (await connect(program, text)) return true;
  if (program.oneTry) return false;
  // Without -L the next lines of the script are read as user name and password.
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const user = program.lines.shift() ?? "";
    const password = program.lines.shift() ?? "";
    if (await connect(program, `${user}/"${password}"`)) return true;
  }
  program.print("SP2-0157: unable to CONNECT to ORACLE after 3 attempts, exiting SQL*Plus");
  return false;
}

async function connect(program: Program, text: string): Promise<boolean> {
  const logon = parseLogon(text.trim(), program.call);
  if (!logon) return refuse(program, "SP2-0306: Invalid option.");
  program.wire?.close();
  program.idle = false;
  program.wire = await openWire(program.root, imageProfile(program.root).sid);
  if (program.wire) program.call.onWire?.(program.wire);
  if (!program.wire) {
    if (!logon.request.sysdba)
      return refuse(
        program,
        "ERROR:\nORA-01034: The Oracle instance is not available for use. Start the instance.\nORA-27101: shared memory realm does not exist",
      );
    program.idle = true;
    if (!program.silent) program.print("Connected to an idle instance.");
    return true;
  }
  const reply = await program.wire.ask({ op: "logon", request: { ...logon.request, program: "sqlplus" } });
  if (reply?.kind === "done") return true;
  program.wire.close();
  program.wire = null;
  return refuse(
    program,
    `ERROR:\n${reply?.kind === "error" ? reply.text : "ORA-03113: end-of-file on communication channel"}\n`,
  );
}

function refuse(program: Program, text: string): false {
  program.print(text);
  return false;
}

/** A line with those that a hyphen at its end adds: so it is for commands, REM and PROMPT too, and not for `--`. */
function continued(program: Program, first: string): string {
  let line = first.trim();
  if (line.startsWith("--") || line.startsWith("/*") || SQL_WORDS.test(line)) return first;
  while (line.endsWith("-")) line = `${line.slice(0, -1).trim()} ${program.lines.shift()?.trim() ?? ""}`.trim();
  return line;
}

async function readLine(program: Program): Promise<void> {
  let line = continued(program, program.lines.shift()!);
  const trimmed = line.trim();
  const tag = /^--\s*seedbed:(\S+)/.exec(trimmed) ?? /^\/\*\s*seedbed:(\S+)/.exec(trimmed);
  if (tag) program.tag = tag[1]!;
  if (trimmed === "" || trimmed.startsWith("--") || /^REM(A|AR|ARK)?\b/i.test(trimmed)) return;
  if (trimmed.startsWith("/*")) return skipComment(program, trimmed);
  if (trimmed.startsWith(program.settings.get("SQLPREFIX")!)) return readLater(program, trimmed.slice(1));
  line = substitute(program, line);
  if (trimmed === "/" || /^R(UN)?$/i.test(trimmed)) return execute(program, program.buffer);
  if (SQL_WORDS.test(trimmed)) return readStatement(program, line);
  await command(program, trimmed.replace(/;\s*$/, ""));
}

function readLater(program: Program, text: string): void {
  program.lines.unshift(text);
}

function skipComment(program: Program, first: string): void {
  let line: string | undefined = first;
  while (line !== undefined && !line.includes("*/")) line = program.lines.shift();
}

/** `&name` asks for a value and takes the next line of the script for the answer. */
function substitute(program: Program, line: string): string {
  if (program.settings.get("DEFINE") === "OFF") return line;
  return line.replace(/&&?(\w+)\.?/g, (_, name: string) => {
    const value = program.lines.shift() ?? "";
    program.print(`Enter value for ${name.toLowerCase()}: old ${line}\nnew ${value}`);
    return value;
  });
}

async function readStatement(program: Program, first: string): Promise<void> {
  const plsql = PLSQL_WORDS.test(first.trim());
  const lines: string[] = [];
  for (let line: string | undefined = first; line !== undefined; line = program.lines.shift()) {
    const text = lines.length === 0 ? line : substitute(program, line);
    if (text.trim() === "/" || (text.trim() === "." && plsql)) {
      program.buffer = lines.join("\n");
      return text.trim() === "/" ? execute(program, program.buffer) : undefined;
    }
    if (text.trim() === "" && program.settings.get("SQLBLANKLINES") === "OFF" && !plsql) {
      program.buffer = lines.join("\n");
      return;
    }
    if (!plsql && /;\s*$/.test(text)) {
      program.buffer = [...lines, text.replace(/;\s*$/, "")].join("\n");
      return execute(program, program.buffer);
    }
    lines.push(text);
  }
  // A statement without an end at the end of the input is never run.
  program.buffer = lines.join("\n");
}

async function execute(program: Program, sql: string): Promise<void> {
  if (sql.trim() === "") return program.print("SP2-0103: Nothing in SQL buffer to run.");
  if (!program.wire) {
    if (!program.idle) return program.print("SP2-0640: Not connected");
    program.print(`ERROR at line 1:\nORA-01034: The Oracle instance is not available for use. Start the instance.\n`);
    return whenever(program, program.sqlError, 1034);
  }
  const reply = await program.wire.ask({ op: "execute", sql, tag: program.tag });
  if (reply === null || reply.kind === "log" || reply.kind === "exit") {
    program.print("ERROR:\nORA-03113: end-of-file on communication channel\n");
    program.wire.close();
    program.wire = null;
    return whenever(program, program.sqlError, LOST);
  }
  const serverOutput = program.settings.get("SERVEROUTPUT")!.startsWith("ON");
  if (serverOutput) for (const line of reply.output) program.print(line);
  if (reply.kind === "error") {
    for (const line of printError(reply, sql, imageProfile(program.root).name !== "ee-19c")) program.print(line);
    return whenever(program, program.sqlError, reply.code);
  }
  if (reply.message === null) for (const line of printRows(reply, program.settings)) program.print(line);
  else if (program.settings.get("FEEDBACK") === "ON") program.print(`\n${reply.message}\n`);
}

async function whenever(program: Program, rule: Whenever, code: number): Promise<void> {
  program.lastCode = code;
  if (rule.exit) await leave(program, statusOf(program.lastCode, rule.status), rule.commit);
}

/** One byte is all that a process can say: ORA-01536 becomes 0. */
function statusOf(lastCode: number, word: string): number {
  const upper = word.toUpperCase();
  if (upper === "" || upper === "SUCCESS") return 0;
  if (upper === "FAILURE" || upper === "WARNING") return 1;
  if (upper === "SQL.SQLCODE") return lastCode % 256;
  return Number(word) % 256;
}

async function leave(program: Program, status: number, commit: boolean): Promise<void> {
  if (program.wire) await program.wire.ask({ op: "execute", sql: commit ? "COMMIT" : "ROLLBACK", tag: program.tag });
  program.status = status;
}

const WHENEVER =
  /^WHENEVER\s+(SQLERROR|OSERROR)\s+(EXIT|CONTINUE)(?:\s+(SUCCESS|FAILURE|WARNING|SQL\.SQLCODE|\d+))?(?:\s+(COMMIT|ROLLBACK|NONE))?$/i;

async function command(program: Program, text: string): Promise<void> {
  const word = text.split(/\s+/)[0]!.toUpperCase();
  const rest = text.slice(word.length).trim();
  if (word === "SET") {
    const problem = applySet(program.settings, rest);
    return problem ? program.print(problem) : undefined;
  }
  if (/^PRO(M|MP|MPT)?$/.test(word)) return program.print(rest);
  if (word === "WHENEVER") return setWhenever(program, text);
  if (word === "EXIT" || word === "QUIT") {
    const [status = "", how = "COMMIT"] = rest.split(/\s+/);
    const only = /^(COMMIT|ROLLBACK)$/i.test(status);
    return leave(
      program,
      statusOf(program.lastCode, only ? "" : status),
      (only ? status : how).toUpperCase() === "COMMIT",
    );
  }
  if (word === "CONNECT" || word === "CONN") return void (await connect(program, rest));
  if (word === "EXEC" || word === "EXECUTE") return execute(program, `BEGIN ${rest}; END;`);
  await rareCommand(program, word, { rest, text });
}

function setWhenever(program: Program, text: string): void {
  const match = WHENEVER.exec(text);
  if (!match)
    return program.print(`SP2-0734: unknown command beginning "${text.slice(0, 10)}..." - rest of line ignored.`);
  const rule: Whenever = {
    exit: match[2]!.toUpperCase() === "EXIT",
    status: match[3] ?? "",
    commit: (match[4] ?? "COMMIT").toUpperCase() !== "ROLLBACK",
  };
  if (match[1]!.toUpperCase() === "OSERROR") return void (program.osError = rule);
  program.sqlError = rule;
  program.call.onRule?.(rule.exit ? statusOf(LOST, rule.status) : 0);
}

async function rareCommand(program: Program, word: string, line: { rest: string; text: string }): Promise<void> {
  const forbidden: [RegExp, number][] = [
    [/^(HOST|HO|!|EDIT|ED)/, 1],
    [/^(SPOOL|SPO|SAVE|STORE)$/, 2],
    [/^(@|START$|STA$|GET$)/, 3],
  ];
  const rule = forbidden.find(([pattern]) => pattern.test(word));
  if (rule && program.restriction >= rule[1])
    return program.print(`SP2-0738: Restricted command "${word.toLowerCase()}" not available`);
  if (word.startsWith("@") || word === "START") {
    const file = (word.startsWith("@") ? `${word}${line.text.slice(word.length)}`.slice(1) : line.rest).trim();
    return startFile(program, line.text.startsWith("@") ? line.text.slice(1).trim() : file);
  }
  if (word === "STARTUP") return startUp(program, line.rest);
  if (word === "SHUTDOWN") return shutDown(program, line.rest);
  if (word === "SHOW" && /^con_name$/i.test(line.rest))
    return execute(program, "SELECT SYS_CONTEXT('USERENV','CON_NAME') AS CON_NAME FROM DUAL");
  if (["COLUMN", "COL", "TTITLE", "BTITLE", "BREAK", "CLEAR"].includes(word)) return;
  program.print(
    line.text.includes(" ")
      ? `SP2-0734: unknown command beginning "${line.text.slice(0, 10)}..." - rest of line ignored.`
      : `SP2-0042: unknown command "${line.text}" - rest of line ignored.`,
  );
}

async function startFile(program: Program, file: string): Promise<void> {
  try {
    program.lines.unshift(...readFileSync(resolve(program.call.cwd, file), "utf8").split("\n"));
  } catch {
    // Which of the file system's reasons it was, SQL*Plus does not say either.
    program.print(`SP2-0310: unable to open file "${file}"`);
    await whenever(program, program.osError, 0);
  }
}
