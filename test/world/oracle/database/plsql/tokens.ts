import { OraError } from "../../engine.ts";

export type Token =
  | { kind: "word"; text: string }
  | { kind: "bind"; text: string }
  | { kind: "text"; text: string }
  | { kind: "number"; value: number }
  | { kind: "sign"; text: string };

const PATTERN =
  /\s+|\/\*[\s\S]*?\*\/|--[^\n]*|'((?:[^']|'')*)'|:([A-Za-z]\w*)|"([^"]+)"|([A-Za-z][\w$#]*)|(\d+(?!\.\.)(?:\.\d+)?)|(:=|=>|\|\||\.\.|<=|>=|<>|!=|[(),;.=<>+\-*/%])/gy;

/** Words and binds in upper case, comments gone. Throws ORA-06550 for a character that PL/SQL does not have. */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  const pattern = new RegExp(PATTERN);
  while (pattern.lastIndex < source.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(source);
    if (match === null) throw syntaxError(source.slice(at, at + 1));
    const token = toToken(match);
    if (token !== null) tokens.push(token);
  }
  return tokens;
}

/** What a server says about a block that does not parse. */
export function syntaxError(symbol: string): OraError {
  return compileError(`PLS-00103: Encountered the symbol "${symbol}" when expecting something else`);
}

/** ORA-06550 with the compiler's line. */
export function compileError(line: string): OraError {
  return new OraError(6550, ["ORA-06550: line 1, column 1:", line]);
}

function toToken(match: RegExpExecArray): Token | null {
  const [, text, bind, quoted, word, number, sign] = match;
  if (text !== undefined) return { kind: "text", text: text.replaceAll("''", "'") };
  if (bind !== undefined) return { kind: "bind", text: bind.toUpperCase() };
  if (quoted !== undefined) return { kind: "word", text: quoted };
  if (word !== undefined) return { kind: "word", text: word.toUpperCase() };
  if (number !== undefined) return { kind: "number", value: Number(number) };
  return sign === undefined ? null : { kind: "sign", text: sign };
}
