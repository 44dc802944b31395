import type { Finding } from "../../config/finding.ts";
import type { Steps } from "../../config/place.ts";
import { listEntries, type Rule } from "../rule.ts";
import { CODE, lexLine } from "../sql-lexer.ts";

/** Filters that Data Pump or the source's SQL would refuse in the middle of the night. */
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
  if (text.trim() === "") return say(undefined, ["the filter is empty", "no filter means all rows", "remove where"]);
  const keyword = /^\s*(where|order\s+by|select)\b/i.exec(text);
  if (keyword) {
    const fix = `leave ${keyword[1]!.toUpperCase()} out`;
    return say({ index: 0, length: keyword[0].length }, [
      `the filter begins with ${keyword[1]}`,
      "only the condition belongs here",
      fix,
    ]);
  }
  const trouble = findTrouble(text);
  return trouble ? say({ index: trouble.index, length: 1 }, TROUBLE[trouble.kind]) : [];
}

type Kind = "semicolon" | "comment" | "line" | "quote" | "identifier" | "opened" | "closed" | "bind";

const TROUBLE: Record<Kind, [string, string, string]> = {
  semicolon: ["a semicolon stands in the filter", "the filter is a part of a statement and cannot end it", "remove it"],
  comment: [
    "a comment stands in the filter",
    "it would swallow what follows in the statement",
    "write the reason as a YAML comment",
  ],
  line: [
    "the filter has a line break",
    "a parameter file takes it on one line only",
    "fold it: where: >- and indented lines",
  ],
  quote: ["a text literal is not closed", "the statement would end inside of it (ORA-01756)", "close it with '"],
  identifier: ["a quoted name is not closed", "the statement would end inside of it (ORA-01740)", 'close it with "'],
  opened: ["a parenthesis is not closed", "the statement would not parse (ORA-00907)", "close it with )"],
  closed: ["a parenthesis is closed that was not opened", "it would end the statement's own", "remove it"],
  bind: [
    "a bind variable stands in the filter",
    "nothing gives it a value (ORA-01008)",
    "write the value as a literal",
  ],
};

/** The first thing outside of literals that cannot stand in a condition. */
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
