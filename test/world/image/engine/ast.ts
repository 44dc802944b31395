export type Value = string | number | boolean | Date | null;

export type Expr =
  | { kind: "literal"; value: Value }
  | { kind: "name"; path: string[] }
  | { kind: "bind"; name: string }
  | { kind: "call"; path: string[]; args: Argument[]; star: boolean; distinct: boolean; order: OrderItem[] }
  | { kind: "unary"; op: "-" | "NOT"; of: Expr }
  | { kind: "binary"; op: string; left: Expr; right: Expr }
  | { kind: "in"; of: Expr; list: Expr[]; query: Query | null }
  | { kind: "between"; of: Expr; low: Expr; high: Expr }
  | { kind: "null"; of: Expr }
  | { kind: "case"; of: Expr | null; whens: { when: Expr; result: Expr }[]; otherwise: Expr | null }
  | { kind: "scalar"; query: Query }
  | { kind: "exists"; query: Query }
  /** `SQL%ROWCOUNT`, `c%NOTFOUND`. */
  | { kind: "attribute"; of: string; name: string };

export interface Argument {
  name: string | null;
  value: Expr;
}

export interface OrderItem {
  by: Expr;
  descending: boolean;
}

export interface Query {
  selects: Select[];
  order: OrderItem[];
  limit: Expr | null;
  with: { name: string; query: Query }[];
}

export interface Select {
  distinct: boolean;
  items: { star: boolean; of: string | null; expr: Expr | null; alias: string | null }[];
  into: string[][];
  from: Source[];
  where: Expr | null;
  group: Expr[];
  having: Expr | null;
}

export interface Source {
  table: string[] | null;
  link: string | null;
  query: Query | null;
  alias: string | null;
  join: "cross" | "inner" | "left";
  on: Expr | null;
}

export type Dml =
  | {
      kind: "update";
      table: string[];
      alias: string | null;
      sets: { column: string; value: Expr }[];
      where: Expr | null;
    }
  | { kind: "delete"; table: string[]; alias: string | null; where: Expr | null }
  | { kind: "insert"; table: string[]; columns: string[]; values: Expr[] | null; query: Query | null };

export interface Block {
  declares: Declaration[];
  body: Statement[];
  handlers: { names: string[]; body: Statement[] }[];
  line: number;
}

export type Declaration =
  | { kind: "variable"; name: string; type: string; value: Expr | null }
  | { kind: "exception"; name: string }
  | { kind: "pragma"; name: string; code: number }
  | { kind: "cursor"; name: string; parameters: string[]; query: Query }
  | { kind: "routine"; name: string; parameters: Parameter[]; block: Block; returns: boolean };

export interface Parameter {
  name: string;
  mode: "IN" | "OUT" | "IN OUT";
  value: Expr | null;
}

export type Statement = { line: number } & (
  | { kind: "assign"; target: string[]; value: Expr }
  | { kind: "call"; call: Expr & { kind: "call" } }
  | { kind: "if"; branches: { when: Expr | null; body: Statement[] }[] }
  | {
      kind: "for-query";
      variable: string;
      query: Query | null;
      cursor: string | null;
      args: Argument[];
      body: Statement[];
    }
  | { kind: "for-range"; variable: string; low: Expr; high: Expr; reverse: boolean; body: Statement[] }
  | { kind: "while"; when: Expr | null; body: Statement[] }
  | { kind: "exit"; when: Expr | null }
  | { kind: "continue"; when: Expr | null }
  | { kind: "execute"; sql: Expr; into: string[][]; using: Expr[] }
  | { kind: "select"; query: Query }
  | { kind: "dml"; dml: Dml }
  | { kind: "transaction"; commit: boolean }
  | { kind: "block"; block: Block }
  | { kind: "raise"; name: string | null }
  | { kind: "return"; value: Expr | null }
  | { kind: "null" }
);
