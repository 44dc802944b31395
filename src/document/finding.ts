import { compareText } from "../text/order.ts";
import type { Problem } from "../problem/problem.ts";
import type { Steps } from "./place.ts";
import type { SchemaBook } from "./schema-book.ts";
import type { YamlText } from "./yaml-text.ts";

/** What a rule found about a value, not yet located in the document. */
export interface Finding {
  severity?: Problem["severity"];
  code: string;
  /** The value concerned; where it is missing, its nearest parent is shown. */
  at: Steps;
  /** Point at the key instead of its value. */
  key?: true;
  /** A part of a string value, counted from 0. */
  part?: { index: number; length: number };
  what: string;
  why: string;
  fix: string;
}

/** The finding with line, column and documentation. */
export function locateFinding(finding: Finding, text: YamlText, book: SchemaBook): Problem {
  const place = findPlace(finding, text);
  return {
    severity: finding.severity ?? "error",
    code: finding.code,
    path: text.path,
    ...place,
    what: finding.what,
    why: finding.why,
    fix: finding.fix,
    docs: book.docsOf(finding.at),
  };
}

/** Problems in reading order. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  return problems.toSorted(
    (a, b) => compareText(a.path, b.path) || a.line - b.line || a.column - b.column || compareText(a.code, b.code),
  );
}

function findPlace(finding: Finding, text: YamlText) {
  if (finding.part) return text.partAt(finding.at, finding.part);
  return finding.key ? text.keyAt(finding.at) : text.valueAt(finding.at);
}
