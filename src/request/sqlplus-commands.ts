/** Why a SQL*Plus command is not allowed in a script. */
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
  why: "it runs code that a reviewer of this file does not see",
  fix: "copy that code here, or list that script in database.scripts",
};
const OUTSIDE = {
  why: "it reaches outside the database; scripts must not use programs or files of the container",
  fix: "remove it",
};
const SESSION = {
  why: "Seedbed controls the session: its database, its account, and that errors end the run",
  fix: "remove it",
};
const ASKS = { why: "it waits for input and takes the next line of the script as the answer", fix: "remove it" };

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
    fix: "remove it; handle expected errors in PL/SQL",
  },
  {
    name: "EXIT",
    pattern: /^(?:exit|quit)\b/i,
    why: "the rest of the script would silently be skipped",
    fix: "remove it; the script ends by itself",
  },
  { name: "ACCEPT", pattern: /^acc(?:e|ep|ept)?\b/i, ...ASKS },
  { name: "PAUSE", pattern: /^pau(?:se?)?\b/i, ...ASKS },
  {
    name: "SET DEFINE",
    pattern: /^set\s+(?:def(?:i|in|ine)?|scan)\b/i,
    ...ASKS,
    why: "it makes & prompt for a value, and the next line of the script becomes the answer",
  },
  {
    name: "SET SQLTERMINATOR",
    pattern: /^set\s+(?:sqlt(?:\w*)|cmds(?:\w*)|sqlpre(?:\w*)|sqlbl(?:\w*)|exitc(?:\w*))\b/i,
    why: "it changes how the rest of the script is read",
    fix: "remove it",
  },
  { name: "RUN", pattern: /^r(?:un?)?\s*$/i, why: "it runs the previous statement again", fix: "remove it" },
];

/** The refused command in a line at the start of a statement; null where the line is allowed. */
export function findRefusedCommand(line: string): RefusedCommand | null {
  return REFUSED.find((row) => row.pattern.test(line)) ?? null;
}

// SET ROLE, SET TRANSACTION and SET CONSTRAINT are SQL; the other SETs are SQL*Plus commands of one line.
const ONE_LINE =
  /^(?:rem(?:a|ar|ark)?|pro(?:m|mp|mpt)?|set(?!\s+(?:role|transaction|constraints?)\b)|sho(?:w)?|col(?:umn)?|desc(?:ribe)?|exec(?:ute)?|var(?:iable)?|print?|def(?:ine)?|undef(?:ine)?|timi(?:ng)?|tti(?:tle)?|bti(?:tle)?|bre(?:ak)?|comp(?:ute)?|cl(?:ear)?|help|l(?:ist)?)\b/i;

/** Whether a line at the start of a statement is a whole SQL*Plus command. */
export function isOneLineCommand(line: string): boolean {
  return ONE_LINE.test(line);
}

/** Commands whose text may contain quotes and comment marks without a meaning. */
export function isPlainTextCommand(line: string): boolean {
  return /^(?:rem(?:a|ar|ark)?|pro(?:m|mp|mpt)?)\b/i.test(line);
}

/** A statement that SQL*Plus takes as PL/SQL: it continues past semicolons up to a line with only /. */
export function isPlsql(head: string): boolean {
  return /^\s*(?:<<|(?:declare|begin)\b|with\s+(?:function|procedure)\b|create\s+(?:or\s+replace\s+)?(?:(?:non)?editionable\s+)?(?:procedure|function|package|trigger|type)\b)/i.test(
    head,
  );
}
