interface Trap {
  code: string;
  what: string;
  why: string;
  fix: string;
}

export type TrapKind =
  | "slash"
  | "dot"
  | "semicolonInside"
  | "commentAfter"
  | "twoStatements"
  | "openComment"
  | "openLiteral"
  | "noSemicolon"
  | "noSlash"
  | "continuedText";

/** Cases in which SQL*Plus does something other than what the script seems to say. */
export const TRAPS: Record<TrapKind, Trap> = {
  slash: {
    code: "script-runs-twice",
    what: "this / runs the previous statement a second time",
    why: "a statement that ends with a semicolon has already run",
    fix: "remove the /",
  },
  dot: {
    code: "script-never-runs",
    what: "the statement before this dot never runs",
    why: "a line with only a dot ends the statement without running it",
    fix: "write / instead",
  },
  semicolonInside: {
    code: "script-cut-short",
    what: "the line ends with a semicolon inside a literal or comment",
    why: "SQL*Plus ends the statement there",
    fix: "add a character after the semicolon, or move the semicolon to another line",
  },
  commentAfter: {
    code: "script-never-runs",
    what: "a comment follows the semicolon",
    why: "SQL*Plus only recognises the end of a statement at the end of a line",
    fix: "move the comment to a separate line",
  },
  twoStatements: {
    code: "script-two-statements",
    what: "there is more text after the semicolon",
    why: "SQL*Plus takes the whole line as one statement (ORA-00933)",
    fix: "start each statement on a new line",
  },
  openComment: {
    code: "script-never-runs",
    what: "the comment that begins here is not closed",
    why: "the rest of the script is part of the comment",
    fix: "close it with */",
  },
  openLiteral: {
    code: "script-never-runs",
    what: "a quote is not closed in the statement that begins here",
    why: "the rest of the script is part of the literal",
    fix: "close it",
  },
  noSemicolon: {
    code: "script-never-runs",
    what: "the statement that begins here never runs",
    why: "it is not ended by a semicolon or /",
    fix: "end it with a semicolon",
  },
  noSlash: {
    code: "script-never-runs",
    what: "the PL/SQL that begins here never runs",
    why: "only a line with a single / runs it",
    fix: "add a line with a single / after it",
  },
  // SQL*Plus User's Guide, REMARK: "A '-' at the end of a REMARK line is treated as a line continuation character."
  continuedText: {
    code: "script-never-runs",
    what: "the line after this one never runs",
    why: "SQL*Plus takes a hyphen at the end of REM or PROMPT for a continuation, and the next line for its text",
    fix: "let the line end in another character, or write a comment that begins with --",
  },
};
