/** An error as a reader meets it: its code, what it says, what to do. `…` stands for what only the run knows. */
export interface ErrorRow {
  code: string;
  says: string;
  fix: string;
}

/** A source file: path from the top, text. */
export interface SourceText {
  path: string;
  text: string;
}

const CALL = /(?:new (?:SeedbedError|GitHubFailure|ClusterRefusal)|\brefuse)\(\s*"([a-z][a-z0-9]*(?:-[a-z0-9]+)+)",/g;
const FIELDS = /\bcode: "([a-z][a-z0-9]*(?:-[a-z0-9]+)+)",/g;
const KEYED = /\{ code: "([a-z][a-z0-9]*(?:-[a-z0-9]+)+)", text: /g;

/** Errors that TypeScript throws, refuses with or finds on a source, one row per code, by code. */
export function readErrors(files: readonly SourceText[]): ErrorRow[] {
  const constants = readConstants(files);
  const rows = files.flatMap(({ text }) => [
    ...[...text.matchAll(CALL)].map((match) => readCall(match, text, constants)),
    ...[...text.matchAll(FIELDS)].map((match) => readFields(match, text, constants)),
    ...[...text.matchAll(KEYED)].map((match) => readFields(match, text, constants)),
  ]);
  return uniteRows(rows.filter((row) => row !== null));
}

/** Failures of the container: `fail <code> "<text>" "<fix>"` of the shell files. */
export function readFailures(files: readonly SourceText[]): ErrorRow[] {
  const rows = files.flatMap(({ text }) =>
    [...text.matchAll(/\bfail ([a-z]+(?:-[a-z]+)*) (?=")/g)].map((match): ErrorRow | null => {
      const says = shellText(text, match.index + match[0].length);
      const gap = says && /^(?:\s|\\\n)*(?=")/.exec(text.slice(says.end));
      const fix = says && gap && shellText(text, says.end + gap[0].length);
      return says && fix ? { code: match[1]!, says: says.value, fix: fix.value } : null;
    }),
  );
  return uniteRows(rows.filter((row) => row !== null));
}

/** The first row of a code counts; a code in several places says nearly the same in each. */
function uniteRows(rows: ErrorRow[]): ErrorRow[] {
  const byCode = Map.groupBy(rows, ({ code }) => code);
  const first = [...byCode.values()].map((same) => same.find(({ fix }) => fix !== "") ?? same[0]!);
  return first.toSorted((a, b) => (a.code < b.code ? -1 : 1));
}

type Constants = ReadonlyMap<string, string>;

/** `const NAME = "text";` of any file: a fix that several refusals share. */
function readConstants(files: readonly SourceText[]): Constants {
  const found = files.flatMap(({ text }) =>
    [...text.matchAll(/^(?:export )?const (\w+) =\s*(?=["`])/gm)].map((match) => {
      const literal = literalAt(text, match.index + match[0].length, new Map());
      return [match[1]!, literal?.value ?? ""] as const;
    }),
  );
  return new Map(found);
}

/** `refuse("code", what, fix)` and `new SeedbedError("code", message, { fix: … })`. */
function readCall(match: RegExpExecArray, text: string, constants: Constants): ErrorRow | null {
  const start = match.index + match[0].length;
  const says = literalAt(text, start, constants) ?? variableAt(text, start);
  if (says === null) return null;
  const rest = text.slice(says.end);
  const lead = /^,\s*(?:\{\s*fix:\s*)?/.exec(rest);
  const fix = lead === null ? null : literalAt(text, says.end + lead[0].length, constants);
  return { code: match[1]!, says: says.value, fix: fix?.value ?? "" };
}

/** `code: "…", what: …, why: …, fix: …` of one object. */
function readFields(match: RegExpExecArray, text: string, constants: Constants): ErrorRow | null {
  const rest = text.slice(match.index);
  const object = rest.slice(0, /\n\s*\}[;,)\]]/.exec(rest)?.index ?? 0) || rest.slice(0, 400);
  const field = (name: string) => {
    const at = new RegExp(`\\b${name}: `).exec(object);
    return at === null ? null : literalAt(object, at.index + at[0].length, constants);
  };
  const says = field("what") ?? field("text");
  return says === null ? null : { code: match[1]!, says: says.value, fix: field("fix")?.value ?? "" };
}

interface Literal {
  value: string;
  end: number;
}

/** The text of a string, a template or a named constant at a place; null for any other expression. */
function literalAt(text: string, start: number, constants: Constants): Literal | null {
  const at = start + /^\s*/.exec(text.slice(start))![0].length;
  const quote = text[at];
  if (quote === '"' || quote === "`") return quotedText(text, at, quote);
  const name = /^\w+(?=[,\s)}])/.exec(text.slice(at))?.[0];
  const value = name === undefined ? undefined : constants.get(name);
  return value === undefined ? null : { value, end: at + name!.length };
}

/** A text that was put into a variable shortly before: its first literal. */
function variableAt(text: string, start: number): Literal | null {
  const name = /^\s*([a-z]\w*)(?=,)/.exec(text.slice(start));
  if (name === null) return null;
  const end = start + name[0].length;
  const before = text.slice(Math.max(0, start - 1500), start);
  const made = [...before.matchAll(new RegExp(`const ${name[1]} =\\s*\\[?\\s*(?=["\`])`, "g"))].at(-1);
  if (made === undefined) return { value: "", end };
  const literal = literalAt(before, made.index + made[0].length, new Map());
  return { value: literal?.value ?? "", end };
}

function quotedText(text: string, start: number, quote: string): Literal {
  let value = "";
  let at = start + 1;
  while (at < text.length && text[at] !== quote) {
    if (text.startsWith("${", at)) {
      value += "…";
      at = endOfHole(text, at + 1, "{}");
    } else if (text[at] === "\\") {
      value += text[at + 1] === "n" ? " " : text[at + 1];
      at += 2;
    } else value += text[at++];
  }
  return { value: value.trim(), end: at + 1 };
}

/** Just after the bracket that closes the one at a place. */
function endOfHole(text: string, start: number, [open, close]: string): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (text[at] === open) depth++;
    if (text[at] === close && --depth === 0) return at + 1;
  }
  return text.length;
}

/** A word between double quotes of bash: what is put in at run time becomes `…`. */
function shellText(text: string, start: number): Literal | null {
  let value = "";
  let at = start + 1;
  while (at < text.length && text[at] !== '"') {
    const hole = text[at] === "$" ? endOfExpansion(text, at) : null;
    if (hole !== null) {
      value += "…";
      at = hole;
    } else if (text[at] === "\\") {
      value += text[at + 1];
      at += 2;
    } else value += text[at++];
  }
  return at < text.length ? { value, end: at + 1 } : null;
}

function endOfExpansion(text: string, at: number): number | null {
  if (text[at + 1] === "{") return endOfHole(text, at + 1, "{}");
  if (text[at + 1] === "(") return endOfHole(text, at + 1, "()");
  const name = /^\$(?:\w+|[*@#?])/.exec(text.slice(at));
  return name === null ? null : at + name[0].length;
}
