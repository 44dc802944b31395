import { OraError } from "../../oracle/engine.ts";

export interface Token {
  kind: "name" | "quoted" | "text" | "number" | "op" | "end";
  /** Names in upper case unless quoted, texts without their quotes. */
  value: string;
  /** Offset in the source text. */
  at: number;
  line: number;
}

const OPERATORS = [":=", "=>", "||", "<=", ">=", "<>", "!=", "^=", "..", "<<", ">>"];
const PAIRS: Record<string, string> = { "[": "]", "(": ")", "{": "}", "<": ">" };

/** An Oracle error with the text that clients see; the code is five digits in the text. */
export function ora(code: number, text: string): OraError {
  return new OraError(code, [`ORA-${String(code).padStart(5, "0")}: ${text}`]);
}

/** SQL or PL/SQL text as tokens without comments. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  const push = (kind: Token["kind"], value: string, length: number): void => {
    tokens.push({ kind, value, at, line });
    line += text.slice(at, at + length).split("\n").length - 1;
    at += length;
  };
  while (at < text.length) {
    const skipped = skip(text, at);
    if (skipped > at) {
      line += text.slice(at, skipped).split("\n").length - 1;
      at = skipped;
      continue;
    }
    if (at >= text.length) break;
    readToken(text, at, push);
  }
  tokens.push({ kind: "end", value: "", at: text.length, line });
  return tokens;
}

function skip(text: string, at: number): number {
  const rest = text.slice(at);
  const blank = /^(\s+|--[^\n]*)/.exec(rest);
  if (blank) return at + blank[0].length;
  if (!rest.startsWith("/*")) return at;
  const end = rest.indexOf("*/");
  if (end < 0) throw ora(1742, "comment not terminated properly");
  return at + end + 2;
}

function readToken(text: string, at: number, push: (kind: Token["kind"], value: string, length: number) => void): void {
  const rest = text.slice(at);
  const q = /^[nN]?[qQ]'(.)/s.exec(rest);
  if (q) {
    const close = `${PAIRS[q[1]!] ?? q[1]}'`;
    const end = rest.indexOf(close, q[0].length);
    if (end < 0) throw ora(1756, "quoted string not properly terminated");
    return push("text", rest.slice(q[0].length, end), end + 2);
  }
  const string = /^'((?:[^']|'')*)'/.exec(rest);
  if (string) return push("text", string[1]!.replaceAll("''", "'"), string[0].length);
  if (rest.startsWith("'")) throw ora(1756, "quoted string not properly terminated");
  const quoted = /^"([^"]+)"/.exec(rest);
  if (quoted) return push("quoted", quoted[1]!, quoted[0].length);
  const name = /^[A-Za-z][A-Za-z0-9_$#]*/.exec(rest);
  if (name) return push("name", name[0].toUpperCase(), name[0].length);
  const number = /^(\d+(\.(?!\.)\d*)?|\.\d+)([eE][+-]?\d+)?/.exec(rest);
  if (number) return push("number", number[0], number[0].length);
  const operator = OPERATORS.find((candidate) => rest.startsWith(candidate)) ?? rest[0]!;
  if (!/^[-+*/(),.;:=<>|@%!^&]/.test(operator)) throw ora(911, `invalid character: '${operator}'`);
  push("op", operator, operator.length);
}
