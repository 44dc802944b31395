/** Why a SQL*Plus command has no place in a script. */
export interface RefusedCommand {
  name: string;
  why: string;
  fix: string;
}

interface Row extends RefusedCommand {
  /** SQL*Plus User's Guide, command reference: the letters that may be left out are optional. */
  pattern: RegExp;
}

const OTHER_FILE = {
  why: "it runs text that no reviewer of this file sees",
  fix: "put that text here, or list that script in database.scripts",
};
const OUTSIDE = {
  why: "it leaves the database: programs and files of the container are not for scripts",
  fix: "remove it",
};
const SESSION = {
  why: "the session is Seedbed's: one database, one account, errors that end the run",
  fix: "remove it",
};
const ASKS = { why: "it waits for an answer, and takes the next line of the script as one", fix: "remove it" };

const REFUSED: readonly Row[] = [
  { name: "HOST", pattern: /^(?:ho(?:st?)?\b|!|\$)/i, ...OUTSIDE },
  { name: "EDIT", pattern: /^ed(?:it?)?\b/i, ...OUTSIDE },
  { name: "SPOOL", pattern: /^spo(?:ol?)?\b/i, ...OUTSIDE },
  { name: "SAVE", pattern: /^save?\b/i, ...OUTSIDE },
  { name: "STORE", pattern: /^store\b/i, ...OUTSIDE },
  { name: "@", pattern: /^@/, ...OTHER_FILE },
  { name: "START", pattern: /^star?t?\b/i, ...OTHER_FILE },
  { name: "GET", pattern: /^get\b/i, ...OTHER_FILE },
  { name: "CONNECT", pattern: /^conn(?:e?|ect?)\b/i, ...SESSION },
  { name: "DISCONNECT", pattern: /^disc(?:o|on|onn|onne|onnect?)?\b/i, ...SESSION },
  { name: "PASSWORD", pattern: /^passw(?:o|or|ord)?\b/i, ...SESSION },
  { name: "STARTUP", pattern: /^startup\b/i, ...SESSION },
  { name: "SHUTDOWN", pattern: /^shutdown\b/i, ...SESSION },
  { name: "RECOVER", pattern: /^recover\b/i, ...SESSION },
  {
    name: "WHENEVER",
    pattern: /^whenever\b/i,
    ...SESSION,
    fix: "remove it; catch the errors that you expect in PL/SQL",
  },
  {
    name: "EXIT",
    pattern: /^(?:exit|quit)\b/i,
    why: "what follows would not run, and nobody would notice",
    fix: "remove it; the script ends at its end",
  },
  { name: "ACCEPT", pattern: /^acc(?:e|ep|ept)?\b/i, ...ASKS },
  { name: "PAUSE", pattern: /^pau(?:se?)?\b/i, ...ASKS },
  {
    name: "SET DEFINE",
    pattern: /^set\s+(?:def(?:i|in|ine)?|scan)\b/i,
    ...ASKS,
    why: "with it & asks for a value, and takes the next line of the script as one",
  },
  {
    name: "SET SQLTERMINATOR",
    pattern: /^set\s+(?:sqlt(?:\w*)|cmds(?:\w*)|sqlpre(?:\w*)|sqlbl(?:\w*)|exitc(?:\w*))\b/i,
    why: "it changes how the rest of the script is read",
    fix: "remove it",
  },
  { name: "RUN", pattern: /^r(?:un?)?\s*$/i, why: "it runs the statement before once more", fix: "remove it" },
];

/** The refused command that a line at the start of a statement holds; null where the line may stand. */
export function findRefusedCommand(line: string): RefusedCommand | null {
  return REFUSED.find((row) => row.pattern.test(line)) ?? null;
}

// SET ROLE, SET TRANSACTION and SET CONSTRAINT are SQL; the other SETs are SQL*Plus commands of one line.
const ONE_LINE =
  /^(?:rem(?:ark)?|pro(?:mpt)?|set(?!\s+(?:role|transaction|constraints?)\b)|sho(?:w)?|col(?:umn)?|desc(?:ribe)?|exec(?:ute)?|var(?:iable)?|print?|def(?:ine)?|undef(?:ine)?|timi(?:ng)?|tti(?:tle)?|bti(?:tle)?|bre(?:ak)?|comp(?:ute)?|cl(?:ear)?|help|l(?:ist)?)\b/i;

/** Whether a line at the start of a statement is a whole SQL*Plus command. */
export function isOneLineCommand(line: string): boolean {
  return ONE_LINE.test(line);
}

/** Text in which quotes and comment marks mean nothing. */
export function isPlainTextCommand(line: string): boolean {
  return /^(?:rem(?:ark)?|pro(?:mpt)?)\b/i.test(line);
}

/** A statement that SQL*Plus takes as PL/SQL: it goes on past semicolons, to a line with / alone. */
export function isPlsql(head: string): boolean {
  return /^\s*(?:<<|(?:declare|begin)\b|with\s+(?:function|procedure)\b|create\s+(?:or\s+replace\s+)?(?:(?:non)?editionable\s+)?(?:procedure|function|package|trigger|type)\b)/i.test(
    head,
  );
}
