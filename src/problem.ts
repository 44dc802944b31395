/** One finding about a hand-written file: what is wrong, where, why, and how to mend it. */
export interface Problem {
  severity: "error" | "warning";
  /** Stable and kebab-case, for example `unknown-key`. */
  code: string;
  /** Path of the file from the top of the repository. */
  path: string;
  /** Counted from 1. */
  line: number;
  /** Counted from 1, in UTF-16 units as editors count. */
  column: number;
  /** How many characters from there are meant; absent where the rest of the word is. */
  length?: number;
  what: string;
  why: string;
  fix: string;
  /** Page and anchor of our documentation, `docs/reference/database_config.md#databasestoragesize`; people read it through `showDocs`. */
  docs: string;
}

/** Findings are values: every problem of a text at once, or the value with its warnings. */
export type Parsed<T> = { ok: true; value: T; warnings: Problem[] } | { ok: false; problems: Problem[] };
