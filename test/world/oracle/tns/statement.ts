import { type Call, OraError } from "../engine.ts";

/** Spaces, comments, labels and brackets may precede the first word. */
const FIRST_WORD = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/|<<[^>]*>>|\()*([a-z]+)/i;
const KINDS: Readonly<Record<string, Call["kind"]>> = {
  SELECT: "query",
  WITH: "query",
  BEGIN: "block",
  DECLARE: "block",
  CALL: "block",
  INSERT: "dml",
  UPDATE: "dml",
  DELETE: "dml",
  MERGE: "dml",
};

/** What a statement is, by its first word; everything that has no data of its own counts as DDL. */
export function kindOf(sql: string): Call["kind"] {
  return KINDS[FIRST_WORD.exec(sql)?.[1]?.toUpperCase() ?? ""] ?? "ddl";
}

const SKIPPED = [
  /--[^\n]*/,
  /\/\*[\s\S]*?\*\//,
  /q'\[[\s\S]*?\]'/,
  /q'\{[\s\S]*?\}'/,
  /q'\([\s\S]*?\)'/,
  /q'<[\s\S]*?>'/,
  /q'([^[{(<\s])[\s\S]*?\1'/,
  /'(?:[^']|'')*'/,
];
const BIND = /:\s*(?<bind>"[^"]+"|\p{L}[\p{L}\p{N}_$#]*|\d+)/u;
const TOKENS = new RegExp([...SKIPPED, BIND, /"[^"]*"/].map((token) => token.source).join("|"), "giu");

/** Bind names in the order of the wire: each occurrence in SQL, each distinct name in a block. */
export function bindNames(sql: string, kind: Call["kind"]): string[] {
  if (kind === "ddl") return [];
  const names = [...sql.matchAll(TOKENS)].flatMap((match) => match.groups?.["bind"] ?? []);
  const folded = names.map((name) => (name.startsWith('"') ? name.slice(1, -1) : name.toUpperCase()));
  return kind === "block" ? [...new Set(folded)] : folded;
}

/** Throws what a database says when the binds on the wire are not those of the text. */
export function checkBindCount(sql: string, kind: Call["kind"], count: number): void {
  const wanted = bindNames(sql, kind).length;
  if (kind === "ddl" && count > 0)
    throw new OraError(1027, ["ORA-01027: bind variables not allowed for data definition operations"]);
  if (count < wanted) throw new OraError(1008, ["ORA-01008: not all variables bound"]);
  if (count > wanted) throw new OraError(1036, ["ORA-01036: illegal variable name/number"]);
}

/** Throws for what this server cannot carry, so that nothing runs half. */
export function checkSupported(sql: string, kind: Call["kind"]): void {
  if (kind === "dml" && /\breturn(?:ing)?\b[\s\S]+\binto\b\s*:/i.test(sql))
    throw unsupported("DML with a RETURNING clause");
}

/** ORA-03001, naming what is missing here. */
export function unsupported(what: string): OraError {
  return new OraError(3001, ["ORA-03001: unimplemented feature", `${what} is not part of this test server.`]);
}
