import type { OpenYamlFile, YamlFile } from "./yaml-file.ts";
import { isAlias, isCollection, isMap, isScalar, isSeq } from "yaml";
import type { Document, Node, Pair } from "yaml";
import type { Problem } from "../problem/problem.ts";
import { composeYaml } from "./compose-yaml.ts";
import { openPlaces, type Place, type Steps } from "./place.ts";
import { checkText } from "./text-checks.ts";
import { checkFeatures, describeSyntaxErrors, emptyProblem, excessProblem, secondDocument } from "./yaml-problems.ts";

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

/** Reads one plain YAML 1.2 document; `text` is null where it cannot be parsed at all. */
export function readYaml(file: YamlFile): { text: YamlText | null; problems: Problem[] } {
  const unreadable = checkText({ ...file, text: file.text.replace(/^\ufeff/, " ") });
  if (unreadable.length > 0) return { text: null, problems: unreadable };
  const text = file.text.replace(/^\ufeff/, "");
  return readDocument({ ...file, text, placeAt: openPlaces(text) });
}

function readDocument(file: OpenYamlFile): { text: YamlText | null; problems: Problem[] } {
  const composed = composeYaml(file.text, { stringKeys: true });
  if ("code" in composed) return { text: null, problems: [excessProblem(file, composed)] };
  const [first = null, second] = composed.documents;
  const errors = [...composed.errors, ...(first?.errors ?? [])];
  if (first === null && errors.length === 0) return { text: null, problems: [emptyProblem(file)] };
  const syntax = describeSyntaxErrors(file, { errors, document: first });
  if (first === null || syntax.broken) return { text: null, problems: syntax.problems };
  const problems = [...syntax.problems, ...checkFeatures(file, first)];
  if (second) problems.push(secondDocument(file, second));
  if (first.contents === null || isEmpty(first.contents)) problems.push(emptyProblem(file));
  if (problems.some((problem) => problem.code !== "duplicate-key")) return { text: null, problems };
  return { text: yamlText(file, first), problems };
}

function isEmpty(node: Node): boolean {
  return isScalar(node) && node.value === null;
}

function yamlText(file: OpenYamlFile, document: Document.Parsed): YamlText {
  const place = (node: Node | null) => placeOfNode(file, node);
  const keyAt = (steps: Steps): Place => {
    const pair = steps.length > 0 ? findPair(document.contents, steps) : null;
    return pair ? place(pair.key) : valueAt(steps);
  };
  const valueAt = (steps: Steps): Place => {
    const node = findNode(document.contents, steps);
    if (isScalar(node) && hasText(node)) return place(node);
    if (isCollection(node) && (node.flow || isSeqItem(steps))) return place(node);
    if (findPair(document.contents, steps)) return keyAt(steps);
    return steps.length === 0 ? file.placeAt(0, 1) : keyOrValue(steps.slice(0, -1));
  };
  const keyOrValue = (steps: Steps): Place => (steps.length === 0 ? valueAt(steps) : keyAt(steps));
  const partAt = (steps: Steps, part: { index: number; length: number }): Place => {
    const node = findNode(document.contents, steps);
    const start = isScalar(node) ? plainStart(file.text, node.range?.[0] ?? 0, String(node.value)) : null;
    return start === null ? valueAt(steps) : file.placeAt(start + part.index, part.length);
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
function placeOfNode({ text, placeAt }: OpenYamlFile, node: Node | null): Place {
  const [start, end] = node?.range ?? [0, 0];
  const firstLine = text.slice(start, end).split(/\r?\n/, 1)[0] ?? "";
  return placeAt(start, firstLine.trimEnd().length);
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
