import { describeOmitted, MOST_PROBLEMS } from "../problem/limit-problems.ts";
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
  /** How many others this one stands for. */
  omitted?: number;
  what: string;
  why: string;
  fix: string;
}

/** Findings about as many as are listed. The others are only counted: looking for near names of thousands takes long. */
export function describeFirst<T>(all: readonly T[], describe: (one: T) => Finding): Finding[] {
  const found = all.slice(0, MOST_PROBLEMS + 1).map(describe);
  const next = found[MOST_PROBLEMS];
  if (next === undefined) return found;
  const { at, severity = "error" } = next;
  return [...found.slice(0, MOST_PROBLEMS), { ...describeOmitted(all.length - MOST_PROBLEMS, severity), at }];
}

/** More findings of one file than this are not even located: each costs a search in the text. */
const LOCATED = 1000;

/** As many findings as are located, and the number of the others. */
export function limitFindings(findings: readonly Finding[]): Finding[] {
  const others = Map.groupBy(findings.slice(LOCATED), ({ severity = "error" }) => severity);
  const counts = [...others].map(([severity, all]): Finding => {
    const count = all.reduce((sum, { omitted = 1 }) => sum + omitted, 0);
    return { ...describeOmitted(count, severity), at: all[0]!.at };
  });
  return [...findings.slice(0, LOCATED), ...counts];
}

/** The finding with line, column and documentation. */
export function locateFinding(finding: Finding, text: YamlText, book: SchemaBook): Problem {
  const place = findPlace(finding, text);
  return {
    severity: finding.severity ?? "error",
    code: finding.code,
    path: text.path,
    ...place,
    ...(finding.omitted !== undefined && { omitted: finding.omitted }),
    what: finding.what,
    why: finding.why,
    fix: finding.fix,
    docs: book.docsOf(finding.at),
  };
}

function findPlace(finding: Finding, text: YamlText) {
  if (finding.part) return text.partAt(finding.at, finding.part);
  return finding.key ? text.keyAt(finding.at) : text.valueAt(finding.at);
}
