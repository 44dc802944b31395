/** The part of PL/SQL that the simulated server understands. */
export type Expression =
  | { kind: "literal"; value: string | number | null }
  | { kind: "bind"; name: string }
  | { kind: "path"; parts: PathPart[] }
  | { kind: "binary"; operator: string; left: Expression; right: Expression }
  | { kind: "is-null"; operand: Expression; negated: boolean };

export interface PathPart {
  name: string;
  /** Null without parentheses. */
  args: Argument[] | null;
}

export interface Argument {
  /** Null for an argument by position. */
  name: string | null;
  value: Expression;
}

export type Instruction =
  | { kind: "assign"; target: { bind: boolean; name: string }; value: Expression }
  | { kind: "call"; path: PathPart[] }
  | { kind: "if"; branches: { test: Expression; body: Instruction[] }[]; otherwise: Instruction[] }
  | { kind: "loop"; variable: string; from: Expression; to: Expression; body: Instruction[] }
  | { kind: "block"; block: Block }
  | { kind: "execute"; sql: Expression }
  | { kind: "raise" }
  | { kind: "null" };

export interface Block {
  variables: { name: string; type: string; size: number | null; initial: Expression | null }[];
  procedures: { name: string; parameters: string[]; block: Block }[];
  body: Instruction[];
  handlers: { exception: string; body: Instruction[] }[];
}
