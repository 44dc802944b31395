import { isAlias, isCollection, isScalar, type Document, type Node, type YAMLParseError } from "yaml";
import type { Problem } from "../problem/problem.ts";
import type { YamlExcess } from "./compose-yaml.ts";
import { listNodes } from "./list-nodes.ts";
import { quote } from "../text/quote.ts";
import type { OpenYamlFile } from "./yaml-file.ts";

const SHOWN_AT_MOST = 3;

type Words = Pick<Problem, "code" | "what" | "why" | "fix">;

/** Errors of a text, and the document that it has all the same; null where there are too many errors to have one. */
interface FaultyText {
  errors: readonly YAMLParseError[];
  document: Document.Parsed | null;
}

/** Syntax errors; `broken` when the rest of the document cannot be trusted, because later errors often follow from the first. */
export function describeSyntaxErrors(
  file: OpenYamlFile,
  { errors, document }: FaultyText,
): { broken: boolean; problems: Problem[] } {
  if (errors.length === 0) return { broken: false, problems: [] };
  const duplicates = errors.filter((error) => error.code === "DUPLICATE_KEY");
  const others = errors.filter((error) => error.code !== "DUPLICATE_KEY");
  const broken = document === null || others.some((error) => error.code !== "NON_STRING_KEY");
  const nodes = document === null ? [] : listNodes(document);
  const { stars, rest } = splitStars(file, nodes, others);
  const problems = [
    ...duplicates.map((error) => duplicateKey(file, error)),
    ...[
      ...stars.slice(0, SHOWN_AT_MOST).map((start) => unquotedStar(file, start)),
      ...describeOthers(file, nodes, withoutEchoes(file, rest)),
    ].slice(0, SHOWN_AT_MOST),
  ];
  return { broken, problems };
}

function describeOthers(file: OpenYamlFile, nodes: readonly Node[], errors: YAMLParseError[]): Problem[] {
  const unclosed = findUnclosed(file, nodes);
  const brackets = errors.map((error) => unclosedBracket(file, error, unclosed));
  // The enclosing bracket is only reported because the inner one is not closed.
  const isEcho = (error: YAMLParseError) => FLOW_END.test(error.message) && brackets.some((found) => found !== null);
  return errors.flatMap(
    (error, index) => brackets[index] ?? (isEcho(error) ? [] : at(file, error.pos, syntaxWords(error))),
  );
}

/** Values such as * 2 * * *, which the parser takes for an alias and reports piece by piece: their starts, and the other errors. */
function splitStars(file: OpenYamlFile, nodes: readonly Node[], errors: YAMLParseError[]) {
  const aliases = nodes.filter(isAlias).map(({ range }) => range?.[0] ?? 0);
  const starOf = ({ pos: [offset] }: YAMLParseError) => {
    const line = file.text.lastIndexOf("\n", offset - 1) + 1;
    return aliases.find((start) => start >= line && start <= offset);
  };
  const stars = new Set(errors.map(starOf).filter((start) => start !== undefined));
  return { stars: [...stars], rest: errors.filter((error) => starOf(error) === undefined) };
}

function unquotedStar(file: OpenYamlFile, start: number): Problem {
  const value = /^.*?(?=\s#|, |[}\]]|$)/m.exec(file.text.slice(start))![0].trimEnd();
  const isSchedule = /(?:^|[\s{,])schedule:\s*$/.test(file.text.slice(0, start));
  const words = {
    code: "yaml-syntax",
    what: "a value that begins with * is not in quotes",
    why: "in YAML a * refers to another value of the file",
    fix: isSchedule ? "put the schedule in quotes" : "put the value in quotes",
  };
  return at(file, [start, start + value.length], words);
}

const FLOW_END = /^Flow .* end with a ([\]}])$/;

/** Other errors on a line with a tab are consequences of the tab. */
function withoutEchoes(file: OpenYamlFile, errors: YAMLParseError[]): YAMLParseError[] {
  const lineOf = ({ pos }: YAMLParseError) => file.placeAt(Math.min(pos[0], file.text.length), 1).line;
  const tabs = new Set(errors.filter(({ code }) => code === "TAB_AS_INDENT").map(lineOf));
  return errors.filter((error) => error.code === "TAB_AS_INDENT" || !tabs.has(lineOf(error)));
}

/** The parser reports an unclosed bracket on a later line; the useful position is where it was opened. */
function unclosedBracket(file: OpenYamlFile, error: YAMLParseError, unclosed: readonly number[]): Problem | null {
  const end = FLOW_END.exec(error.message)?.[1];
  if (end === undefined) return null;
  const mark = end === "]" ? "[" : "{";
  const start = unclosed.findLast((offset) => file.text[offset] === mark);
  if (start === undefined) return null;
  const words = {
    code: "yaml-syntax",
    what: "this bracket is not closed",
    why: `the YAML parser says: ${error.message}`,
    fix: `close it with ${end}`,
  };
  return at(file, [start, start + 1], words);
}

/** Offsets of the brackets that are not closed. */
function findUnclosed({ text }: OpenYamlFile, nodes: readonly Node[]): number[] {
  return nodes.flatMap((node) => {
    if (!isCollection(node) || node.flow !== true || !node.range) return [];
    const [start, end] = node.range;
    const closing = text[start] === "[" ? "]" : "}";
    return text.slice(start, end).trimEnd().endsWith(closing) ? [] : [start];
  });
}

/** YAML features whose effect reviewers easily miss: anchors, aliases, tags, directives, merge keys. */
export function checkFeatures(file: OpenYamlFile, document: Document.Parsed): Problem[] {
  const { yaml, tags } = document.directives;
  const directive =
    yaml.explicit === true || Object.keys(tags).length > 1
      ? [at(file, [0, 1], refused("a directive", "remove the line that begins with %"))]
      : [];
  return [...directive, ...listNodes(document).flatMap((node) => checkNode(file, node))];
}

function checkNode(file: OpenYamlFile, node: Node): Problem[] {
  const range = node.range ?? [0, 0, 0];
  if (isAlias(node)) return [at(file, range, refused(`the alias *${node.source}`, "write the value out"))];
  const found: Problem[] = [];
  if ("anchor" in node && typeof node.anchor === "string")
    found.push(at(file, before(file, range, "&"), refused(`the anchor &${node.anchor}`, "remove it")));
  // The composer only sets a node's tag where one is written explicitly.
  if (typeof node.tag === "string")
    found.push(at(file, before(file, range, "!"), refused(`the tag ${node.tag}`, "remove it")));
  if (isScalar(node) && node.value === "<<")
    found.push(at(file, range, refused("the merge key <<", "write the keys out")));
  return found;
}

/** Properties come before a node, in words of their own: `key: !tag &anchor value`. */
function before(file: OpenYamlFile, range: readonly number[], mark: string): [number, number] {
  const start = range[0] ?? 0;
  const lead = file.text.slice(Math.max(0, start - 300), start);
  const index = [...lead.matchAll(new RegExp(`(?<![^\\s[{,])${mark}`, "g"))].at(-1)?.index;
  return index === undefined ? [start, start + 1] : [start - lead.length + index, start];
}

/** The file is empty. */
export function emptyProblem(file: OpenYamlFile): Problem {
  const words = {
    code: "empty-file",
    what: "the file is empty",
    why: "every key is missing",
    fix: "run seedbed init to create a file to start from",
  };
  return at(file, [0, 1], words);
}

/** A second document after `---`. */
export function secondDocument(file: OpenYamlFile, document: Document.Parsed): Problem {
  const start = document.contents?.range?.[0] ?? document.range[0];
  return at(file, [start, start + 1], refused("a second document", "keep a single document per file"));
}

/** There is more of something than is read. */
export function excessProblem(file: OpenYamlFile, { offset, ...words }: YamlExcess): Problem {
  return at(file, [offset, offset + 1], words);
}

function at(file: OpenYamlFile, range: readonly number[], words: Words): Problem {
  const start = Math.min(range[0] ?? 0, file.text.length);
  const text = file.text.slice(start, Math.max(start + 1, range[1] ?? 0)).split(/\r?\n/, 1)[0] ?? "";
  return {
    severity: "error",
    path: file.path,
    ...file.placeAt(start, text.trimEnd().length),
    ...words,
    docs: file.docs,
  };
}

function refused(what: string, fix: string): Words {
  return {
    code: "yaml-feature",
    what: `${what} is not allowed here`,
    why: "requests must be readable as they are, without indirection",
    fix,
  };
}

function duplicateKey(file: OpenYamlFile, error: YAMLParseError): Problem {
  const key = /^(?:"[^"]*"|'[^']*'|[^:\s]+)/.exec(file.text.slice(error.pos[0]))?.[0] ?? "key";
  const words = {
    code: "duplicate-key",
    what: `${quote(key.replace(/^["']|["']$/g, ""))} is listed twice`,
    why: "only one of the two values could be used",
    fix: "remove one",
  };
  return at(file, [error.pos[0], error.pos[0] + key.length], words);
}

function syntaxWords(error: YAMLParseError): Words {
  const [what, fix] = SYNTAX[error.code] ?? [lowerFirst(error.message).replace(/\.$/, ""), "correct the YAML here"];
  return { code: "yaml-syntax", what, why: `the YAML parser says: ${error.message}`, fix };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

const SYNTAX: Record<string, [string, string]> = {
  TAB_AS_INDENT: ["this line is indented with a tab", "indent with spaces"],
  BAD_INDENT: ["this line is indented differently from its neighbours", "indent keys of the same level equally"],
  MISSING_CHAR: ["a quote, bracket or colon is missing here", "add the missing character"],
  BLOCK_AS_IMPLICIT_KEY: ["this line has a second colon", "put the value in quotes"],
  BAD_SCALAR_START: ["a value cannot start with this character", "put the value in quotes"],
  NON_STRING_KEY: ["this key is not a string", "write the key in quotes, or remove it"],
  UNEXPECTED_TOKEN: ["this is unexpected here", "check the previous line as well"],
  MULTILINE_IMPLICIT_KEY: ["a colon is missing on this line", "write it as key: value"],
};
