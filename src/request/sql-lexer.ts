/** Where a line of SQL begins: in code, in a comment, or in a literal that ends with this text. */
export type LexState = { in: "code" } | { in: "comment" } | { in: "literal"; end: string };

export const CODE: LexState = { in: "code" };

/** One line of SQL with comments and literals blanked out; every string has the line's length. */
export interface LexedLine {
  /** With comments blanked out. */
  code: string;
  /** With comments and the contents of literals blanked out. */
  bare: string;
  /** How the next line begins. */
  state: LexState;
}

/** Reads one line by Oracle's rules: -- and block comments, '…', "…", q'[…]'. */
export function lexLine(line: string, start: LexState): LexedLine {
  let state = start;
  let code = "";
  let bare = "";
  let index = 0;
  while (index < line.length) {
    const token = readToken(line, index, state);
    const text = line.slice(index, index + token.length);
    code += token.kind === "comment" ? " ".repeat(token.length) : text;
    bare += token.kind === "code" ? text : " ".repeat(token.length);
    state = token.state;
    index += token.length;
  }
  return { code, bare, state };
}

interface Token {
  kind: "code" | "comment" | "literal";
  length: number;
  state: LexState;
}

function readToken(line: string, index: number, state: LexState): Token {
  if (state.in === "comment") return readUntil(line, index, { end: "*/", kind: "comment" });
  if (state.in === "literal") return readUntil(line, index, { end: state.end, kind: "literal" });
  const rest = line.slice(index);
  if (rest.startsWith("--")) return { kind: "comment", length: rest.length, state: CODE };
  if (rest.startsWith("/*")) return { kind: "comment", length: 2, state: { in: "comment" } };
  const alternative = /^n?q'(.)/i.exec(rest);
  if (alternative && !/[A-Za-z0-9_$#]/.test(line.charAt(index - 1)))
    return {
      kind: "literal",
      length: alternative[0].length,
      state: { in: "literal", end: `${partner(alternative[1]!)}'` },
    };
  const quote = /^['"]/.exec(rest)?.[0];
  if (quote) return { kind: "literal", length: 1, state: { in: "literal", end: quote } };
  return { kind: "code", length: 1, state: CODE };
}

function readUntil(line: string, index: number, until: { end: string; kind: "comment" | "literal" }): Token {
  const found = line.indexOf(until.end, index);
  if (found >= 0) return { kind: until.kind, length: found + until.end.length - index, state: CODE };
  const state: LexState = until.kind === "comment" ? { in: "comment" } : { in: "literal", end: until.end };
  return { kind: until.kind, length: line.length - index, state };
}

/** Oracle's q'[…]' closes with the partner of the character that opened it. */
function partner(opening: string): string {
  return { "[": "]", "{": "}", "(": ")", "<": ">" }[opening] ?? opening;
}
