import type { YamlFile } from "./yaml-file.ts";
import { isAlias, isCollection, isMap, isScalar, isSeq, LineCounter, parseAllDocuments } from "yaml";
import type { Document, Node, Pair } from "yaml";
import type { Problem } from "../problem/problem.ts";
import { placeInText, type Place, type Steps } from "./place.ts";
import { checkText } from "./text-checks.ts";
import { checkFeatures, describeSyntaxErrors, emptyProblem, secondDocument, tooDeep } from "./yaml-problems.ts";

/** A YAML document that knows the position of every value. */
export interface YamlText {
  path: string;
  value: unknown;
  /** The place of a value; where it is missing, of its key, else of the nearest parent. */
  valueAt(steps: Steps): Place;
  /** The key of a value, else as valueAt. */
  keyAt(steps: Steps): Place;
  /** The place of a part of a string value; of the whole value where it has escapes or several lines. */
  partAt(steps: Steps, part: { index: number; length: number }): Place;
}

const MAX_BYTES = 64 * 1024;

/** Reads one plain YAML 1.2 document; `text` is null where it cannot be parsed at all. */
export function readYaml(file: YamlFile): { text: YamlText | null; problems: Problem[] } {
  const unreadable = checkText({ ...file, text: file.text.replace(/^\ufeff/, " "), maxBytes: MAX_BYTES });
  if (unreadable.length > 0) return { text: null, problems: unreadable };
  try {
    return readDocument({ ...file, text: file.text.replace(/^\ufeff/, "") });
  } catch (error) {
    // The parser recurses for each level of nesting; no hand-written file comes near the stack's limit.
    if (error instanceof RangeError) return { text: null, problems: [tooDeep(file)] };
    throw error;
  }
}

function readDocument(file: YamlFile): { text: YamlText | null; problems: Problem[] } {
  const options = {
    lineCounter: new LineCounter(),
    prettyErrors: false,
    stringKeys: true,
    logLevel: "silent",
  } as const;
  const documents = parseAllDocuments(file.text, options);
  const first = documents[0];
  if (!first) return { text: null, problems: [emptyProblem(file)] };
  if (first.errors.some((error) => error.message.includes("call stack"))) throw new RangeError("nested too deep");
  const syntax = describeSyntaxErrors(file, first);
  if (syntax.broken) return { text: null, problems: syntax.problems };
  const problems = [...syntax.problems, ...checkFeatures(file, first)];
  if (documents[1]) problems.push(secondDocument(file, documents[1]));
  if (first.contents === null || isEmpty(first.contents)) problems.push(emptyProblem(file));
  if (problems.some((problem) => problem.code !== "duplicate-key")) return { text: null, problems };
  return { text: yamlText(file, first), problems };
}

function isEmpty(node: Node): boolean {
  return isScalar(node) && node.value === null;
}

function yamlText(file: YamlFile, document: Document.Parsed): YamlText {
  const place = (node: Node | null) => placeOfNode(file.text, node);
  const keyAt = (steps: Steps): Place => {
    const pair = steps.length > 0 ? findPair(document.contents, steps) : null;
    return pair ? place(pair.key) : valueAt(steps);
  };
  const valueAt = (steps: Steps): Place => {
    const node = findNode(document.contents, steps);
    if (isScalar(node) && hasText(node)) return place(node);
    if (isCollection(node) && (node.flow || isSeqItem(steps))) return place(node);
    if (findPair(document.contents, steps)) return keyAt(steps);
    return steps.length === 0 ? placeInText(file.text, 0, 1) : keyOrValue(steps.slice(0, -1));
  };
  const keyOrValue = (steps: Steps): Place => (steps.length === 0 ? valueAt(steps) : keyAt(steps));
  const partAt = (steps: Steps, part: { index: number; length: number }): Place => {
    const node = findNode(document.contents, steps);
    const start = isScalar(node) ? plainStart(file.text, node.range?.[0] ?? 0, String(node.value)) : null;
    return start === null ? valueAt(steps) : placeInText(file.text, start + part.index, part.length);
  };
  return { path: file.path, value: document.toJS({ maxAliasCount: 0 }), valueAt, keyAt, partAt };
}

function isSeqItem(steps: Steps): boolean {
  return typeof steps.at(-1) === "number";
}

function hasText(node: Node): boolean {
  return node.range !== undefined && node.range !== null && node.range[1] > node.range[0];
}

/** Offset of the first character of a value that is written literally; null with escapes or folded lines. */
function plainStart(text: string, offset: number, value: string): number | null {
  const start = /["']/.test(text.charAt(offset)) ? offset + 1 : offset;
  return text.startsWith(value, start) ? start : null;
}

/** The place of a node, limited to its first line. */
function placeOfNode(text: string, node: Node | null): Place {
  const [start, end] = node?.range ?? [0, 0];
  const firstLine = text.slice(start, end).split(/\r?\n/, 1)[0] ?? "";
  return placeInText(text, start, firstLine.trimEnd().length);
}

function findPair(root: Node | null, steps: Steps): Pair<Node, Node | null> | null {
  const parent = findNode(root, steps.slice(0, -1));
  const name = steps.at(-1);
  if (!isMap<Node, Node | null>(parent)) return null;
  return parent.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === name) ?? null;
}

function findNode(root: Node | null, steps: Steps): Node | null {
  let node: Node | null = root;
  for (const name of steps) node = child(node, name);
  return node;
}

function child(node: Node | null, name: string | number): Node | null {
  if (isSeq<Node>(node) && typeof name === "number") return node.items[name] ?? null;
  if (!isMap<Node, Node | null>(node)) return null;
  const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === name);
  return pair?.value && !isAlias(pair.value) ? pair.value : null;
}
