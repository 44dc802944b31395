/** One challenge of a `WWW-Authenticate` header. Scheme and parameter names are in lower case. */
export interface Challenge {
  scheme: string;
  parameters: Record<string, string>;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const SCHEME = new RegExp(`\\s*(${TOKEN})(?:\\s+|\\s*(?=,|$))`, "y");
const PARAMETER = new RegExp(`\\s*(${TOKEN})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(${TOKEN}))`, "y");
// RFC 7235 section 2.1: a scheme may have one token68 instead of parameters.
const TOKEN68 = /\s*[A-Za-z0-9._~+/-]+=*\s*(?=,|$)/y;
const COMMAS = /[\s,]*/y;

/** Reads every challenge of a `WWW-Authenticate` value (RFC 7235 section 4.1); the list ends where parsing fails. */
export function parseChallenges(header: string): Challenge[] {
  const challenges: Challenge[] = [];
  let at = skip(COMMAS, header, 0);
  while (at < header.length) {
    const scheme = match(SCHEME, header, at);
    if (scheme === null) break;
    const parameters: Record<string, string> = {};
    at = readParameters(header, at + scheme[0].length, parameters);
    challenges.push({ scheme: scheme[1]!.toLowerCase(), parameters });
    at = skip(COMMAS, header, at);
  }
  return challenges;
}

function readParameters(header: string, start: number, into: Record<string, string>): number {
  let at = start;
  for (;;) {
    const parameter = match(PARAMETER, header, at);
    if (parameter === null) break;
    const value = parameter[2]?.replaceAll(/\\(.)/g, "$1") ?? parameter[3] ?? "";
    into[parameter[1]!.toLowerCase()] = value;
    at = skip(COMMAS, header, at + parameter[0].length);
  }
  return at > start ? at : skipToken68(header, start);
}

function skipToken68(header: string, at: number): number {
  return at + (match(TOKEN68, header, at)?.[0].length ?? 0);
}

function skip(pattern: RegExp, text: string, at: number): number {
  return at + (match(pattern, text, at)?.[0].length ?? 0);
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
