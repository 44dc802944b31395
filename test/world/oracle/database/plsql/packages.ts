import type { OraError } from "../../engine.ts";

/** What PL/SQL computes with here: scalars, records and collections. */
export type PlsqlValue = string | number | boolean | null | PlsqlValue[] | { [field: string]: PlsqlValue };

export type Scalar = string | number | null;

/** Arguments of a call by upper-case parameter name; an absent one has its default. */
export interface Arguments {
  value(name: string): Scalar;
  has(name: string): boolean;
  /** Hands a value back through an OUT parameter. */
  out(name: string, value: PlsqlValue): void;
}

export interface Subprogram {
  /** Parameters in order; a `?` behind the name means it has a default. */
  parameters: readonly string[];
  run(args: Arguments): Promise<PlsqlValue> | PlsqlValue;
}

/** Everything that a block may call beside the language itself. */
export interface Packages {
  /** By upper-case name, for example `DBMS_DATAPUMP.OPEN`. */
  subprograms: ReadonlyMap<string, Subprogram>;
  /** Exceptions with names, by code without sign. */
  exceptions: ReadonlyMap<string, number>;
  /** EXECUTE IMMEDIATE. */
  execute(sql: string): Promise<void>;
  /** The session's user. */
  user: string;
}

/** A handler matches by code, OTHERS by being there. */
export function handles(packages: Packages, exception: string, error: OraError): boolean {
  return exception === "OTHERS" || packages.exceptions.get(exception) === error.code;
}
