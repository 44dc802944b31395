/**
 * One finding about a file: what is wrong, where, why, and how to fix it. `what` is one sentence, `why` explains it and
 * `fix` is an imperative. All three begin with a small letter unless the first word is a name, and have no final full
 * stop: `sentence` makes prose of them.
 */
export interface Problem {
  severity: "error" | "warning";
  /** Stable and kebab-case, for example `unknown-key`. */
  code: string;
  /** Path of the file from the top of the repository. */
  path: string;
  /** Counted from 1. */
  line: number;
  /** Counted from 1, in UTF-16 units, as in editors. */
  column: number;
  /** Number of characters concerned from there on; absent: up to the end of the word. */
  length?: number;
  /** How many problems this one stands for, which are not listed themselves. */
  omitted?: number;
  what: string;
  why: string;
  fix: string;
  /** Page and anchor of our documentation, `docs/reference/database_config.md#databasestoragesize`; people read it through `showDocs`. */
  docs: string;
}

/** Findings are values: every problem of a text at once, or the value with its warnings. */
export type Parsed<T> = { ok: true; value: T; warnings: Problem[] } | { ok: false; problems: Problem[] };
