import type { Problem } from "../../src/problem/problem.ts";

/** What a reader says first: everything that a person is told of a problem but why and how to fix it. */
export interface Told {
  /** null where a reader only has a text. */
  code: string | null;
  text: string;
}

/** `path:line:column: what`. */
export function textOf({ path, line, column, what }: Pick<Problem, "path" | "line" | "column" | "what">): string {
  return `${path}:${line}:${column}: ${what}`;
}
