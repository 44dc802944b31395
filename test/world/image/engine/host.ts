import type { Block, Dml, Parameter, Query, Value } from "./ast.ts";

/** A table or view as rows of named values; the columns are known even without rows. */
export interface Relation {
  columns: string[];
  rows: Record<string, Value>[];
}

/** What the engine asks of the session that it works for. */
export interface Host {
  relation(path: string[], link: string | null): Relation;
  sysContext(namespace: string, name: string): string | null;
  user(): string;
  now(): Date;
  /** A stored procedure, null when there is none. */
  storedRoutine(path: string[]): StoredRoutine | null;
  /** From now on with another user's rights, as a definer's procedure has them; returns who it was before. */
  become(user: string): string;
  /** A supplied package's procedure; undefined when it is not known. */
  packageCall(name: string, args: Map<string | number, Value>): PackageAnswer | undefined;
  dml(dml: Dml, scope: Scope): number;
  /** DDL, session control or a block from EXECUTE IMMEDIATE. */
  execute(sql: string): Work;
  transaction(commit: boolean): void;
}

/** Work in steps: each yield is a wait in milliseconds, in which other sessions go on and a kill can come. */
export type Work<T = void> = Generator<number, T, void>;

export interface StoredRoutine {
  parameters: Parameter[];
  block: Block;
  owner: string;
}

export interface PackageAnswer {
  sleep: number;
}

/** Where names get their values: columns of the rows at hand, then variables, then the outer scope. */
export interface Scope {
  host: Host;
  /** undefined when the name is unknown here and outside. */
  lookup(path: string[]): Value | undefined;
  bind(name: string): Value | undefined;
  attribute(of: string, name: string): Value | undefined;
  /** Functions that a block declares. */
  local(name: string, args: Value[]): Value | undefined;
  query(query: Query, scope: Scope): Value[][];
  /** Rows of the group while an aggregate query is evaluated. */
  group: Scope[] | null;
  /** True for the dry pass over a row of nulls that finds unknown names although there are no rows. */
  probing: boolean;
}
