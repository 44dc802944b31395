import type { Statement } from "../../ports/source-database.ts";

type Binds = Statement["binds"];
type Outs = Statement["outs"];

/** A SELECT with its tag as a comment after the first word, where no tool removes it. */
export function defineQuery(tag: string, sql: string, binds: Binds = {}): Statement {
  return { tag: `seedbed:${tag}`, kind: "query", sql: withTag(tag, sql), binds, outs: {} };
}

/** An anonymous PL/SQL block with its tag as a comment after the first word. */
export function defineBlock(tag: string, sql: string, variables: { binds?: Binds; outs?: Outs }): Statement {
  const { binds = {}, outs = {} } = variables;
  return { tag: `seedbed:${tag}`, kind: "block", sql: withTag(tag, sql), binds, outs };
}

/** The statement's text with binds replaced by values, for display; unknown values keep their names. */
export function renderStatement(statement: Statement, values: Record<string, string | number>): string {
  // A colon after a letter belongs to a tag.
  return statement.sql.replace(/(?<!\w):([a-z]\w*)/g, (bind, name: string) => {
    if (name in statement.outs) return bind;
    const value = values[name];
    if (value === undefined) return `<${name}>`;
    return typeof value === "number" ? String(value) : `'${value.replaceAll("'", "''")}'`;
  });
}

function withTag(tag: string, sql: string): string {
  const [text, keyword] = [sql.trim(), /^(SELECT|DECLARE|BEGIN)\b/];
  if (!keyword.test(text)) throw new TypeError(`Statement ${tag} starts with an unexpected word.`);
  return text.replace(keyword, `$1 /* seedbed:${tag} */`);
}
