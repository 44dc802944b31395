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
  | "noSlash";

/** Ways in which SQL*Plus does something else than the script seems to say. */
export const TRAPS: Record<TrapKind, Trap> = {
  slash: {
    code: "script-runs-twice",
    what: "this / runs the statement before once more",
    why: "a statement that ends with a semicolon has run already",
    fix: "remove the /",
  },
  dot: {
    code: "script-never-runs",
    what: "the statement before this . never runs",
    why: "a dot alone ends the input and runs nothing",
    fix: "write / instead",
  },
  semicolonInside: {
    code: "script-cut-short",
    what: "a semicolon ends this line inside of a literal or comment",
    why: "SQL*Plus ends the statement at the end of any such line",
    fix: "put something after the semicolon, or put it on another line",
  },
  commentAfter: {
    code: "script-never-runs",
    what: "a comment follows the semicolon",
    why: "SQL*Plus sees the end of a statement only at the end of a line",
    fix: "move the comment to a line of its own",
  },
  twoStatements: {
    code: "script-two-statements",
    what: "something follows the semicolon",
    why: "SQL*Plus takes the whole line as one statement (ORA-00933)",
    fix: "begin each statement on a line of its own",
  },
  openComment: {
    code: "script-never-runs",
    what: "a comment is not closed",
    why: "everything after it is a comment",
    fix: "close it with */",
  },
  openLiteral: {
    code: "script-never-runs",
    what: "a quote is not closed in the statement that begins here",
    why: "everything after it is part of the literal",
    fix: "close it",
  },
  noSemicolon: {
    code: "script-never-runs",
    what: "the statement that begins here never runs",
    why: "no semicolon and no / ends it",
    fix: "end it with a semicolon",
  },
  noSlash: {
    code: "script-never-runs",
    what: "the PL/SQL that begins here never runs",
    why: "only a line with / alone runs it",
    fix: "add a line with / after it",
  },
};
