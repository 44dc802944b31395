import type { Finding } from "../../document/finding.ts";
import type { Steps } from "../../document/place.ts";
import { listEntries, type Rule } from "../rule.ts";
import { CODE, lexLine } from "../sql-lexer.ts";

/** Row filters that Data Pump or the source would reject at export time. */
export const checkWhereTexts: Rule = ({ draft }) =>
  listEntries(draft.source_database?.schemas).flatMap((schema) =>
    listEntries(schema.entry.tables).flatMap((table) => {
      const at = ["source_database", "schemas", schema.index, "tables", table.index, "where"];
      return table.entry.where === undefined ? [] : checkWhere(table.entry.where, at);
    }),
  );

function checkWhere(text: string, at: Steps): Finding[] {
  const say = (part: Finding["part"], words: [string, string, string]): Finding[] => {
    const finding: Finding = { code: "bad-where", at, what: words[0], why: words[1], fix: words[2] };
    return [part ? { ...finding, part } : finding];
  };
  if (text.trim() === "")
    return say(undefined, ["the filter is empty", "without a filter all rows are exported", "remove where"]);
  const keyword = /^\s*(where|order\s+by|select)\b/i.exec(text);
  if (keyword) {
    const fix = `remove ${keyword[1]!.toUpperCase()}`;
    return say({ index: 0, length: keyword[0].length }, [
      `the filter starts with ${keyword[1]}`,
      "only the condition after WHERE is expected",
      fix,
    ]);
  }
  const trouble = findTrouble(text);
  return trouble ? say({ index: trouble.index, length: 1 }, TROUBLE[trouble.kind]) : [];
}

type Kind = "semicolon" | "comment" | "line" | "quote" | "identifier" | "opened" | "closed" | "bind";

const TROUBLE: Record<Kind, [string, string, string]> = {
  semicolon: ["the filter contains a semicolon", "the filter is part of a statement and must not end it", "remove it"],
  comment: [
    "the filter contains a comment",
    "it would comment out the rest of the statement",
    "use a YAML comment instead",
  ],
  line: [
    "the filter contains a line break",
    "a parameter file needs it on a single line",
    "fold it: write where: >- followed by indented lines",
  ],
  quote: [
    "a string literal in the filter is not closed",
    "the statement would end inside the literal (ORA-01756)",
    "close it with '",
  ],
  identifier: [
    "a quoted name in the filter is not closed",
    "the statement would end inside the name (ORA-01740)",
    'close it with "',
  ],
  opened: [
    "a parenthesis in the filter is not closed",
    "the statement would be invalid (ORA-00907)",
    "close it with )",
  ],
  closed: [
    "the filter closes a parenthesis that it did not open",
    "it would close a parenthesis of the surrounding statement",
    "remove it",
  ],
  bind: [
    "the filter contains a bind variable",
    "the variable never gets a value (ORA-01008)",
    "write the value as a literal",
  ],
};

/** The first thing outside literals that a condition must not contain. */
function findTrouble(text: string): { kind: Kind; index: number } | null {
  const lexed = lexLine(text, CODE);
  const comment = findComment(text, lexed.code);
  const open: number[] = [];
  for (let index = 0; index < text.length; index++) {
    const kind = index === comment ? "comment" : kindAt(lexed.bare, index, open);
    if (kind) return { kind, index };
  }
  if (lexed.state.in === "literal") return openLiteral(text, lexed.bare, lexed.state.end);
  const unclosed = open.at(-1);
  return unclosed === undefined ? null : { kind: "opened", index: unclosed };
}

/** The lexer blanks comments out: the first character that it changed. */
function findComment(text: string, code: string): number {
  for (let index = 0; index < text.length; index++) if (text.charAt(index) !== code.charAt(index)) return index;
  return -1;
}

function openLiteral(text: string, bare: string, end: string): { kind: Kind; index: number } {
  const after = bare.trimEnd().length;
  return { kind: end === '"' ? "identifier" : "quote", index: after + text.slice(after).search(/\S/) };
}

function kindAt(bare: string, index: number, open: number[]): Kind | null {
  const character = bare.charAt(index);
  if (character === "(") open.push(index);
  if (character === ")" && open.pop() === undefined) return "closed";
  if (character === ";") return "semicolon";
  if (character === "\n") return "line";
  return character === ":" && /[A-Za-z0-9]/.test(bare.charAt(index + 1)) ? "bind" : null;
}
