import type { Dml, Expr, Query, Select, Source } from "./ast.ts";
import { parseExpression, parseOrder } from "./parse-expression.ts";
import { Reader } from "./reader.ts";

const AFTER_SOURCE = [
  "WHERE",
  "GROUP",
  "ORDER",
  "HAVING",
  "UNION",
  "JOIN",
  "LEFT",
  "INNER",
  "CROSS",
  "ON",
  "FETCH",
  "SET",
  "LOOP",
  "FOR",
  "USING",
  "OFFSET",
  "RETURNING",
];

/** A reader of one statement's text. */
export function openReader(text: string): Reader {
  return new Reader(text, parseQuery);
}

/** `[WITH …] SELECT … [UNION ALL SELECT …] [ORDER BY …] [FETCH FIRST n ROWS ONLY]` */
export function parseQuery(reader: Reader): Query {
  const common: Query["with"] = [];
  if (reader.accept("WITH")) {
    common.push(
      ...reader.list(() => {
        const name = reader.name();
        reader.expect("AS", "(");
        const query = parseQuery(reader);
        reader.expect(")");
        return { name, query };
      }),
    );
  }
  const selects = [parseSelect(reader)];
  while (reader.accept("UNION", "ALL")) selects.push(parseSelect(reader));
  const order = reader.is("ORDER", "BY") ? parseOrder(reader) : [];
  let limit: Expr | null = null;
  if (reader.accept("FETCH", "FIRST")) {
    limit = reader.is("ROW") || reader.is("ROWS") ? { kind: "literal", value: 1 } : parseExpression(reader);
    if (!reader.accept("ROWS")) reader.expect("ROW");
    reader.expect("ONLY");
  }
  return { selects, order, limit, with: common };
}

function parseSelect(reader: Reader): Select {
  reader.expect("SELECT");
  const distinct = reader.accept("DISTINCT");
  const items = reader.list(() => parseItem(reader));
  const into = reader.accept("INTO") ? reader.list(() => reader.path()) : [];
  const from = reader.accept("FROM") ? parseFrom(reader) : [];
  const where = reader.accept("WHERE") ? parseExpression(reader) : null;
  const group = reader.accept("GROUP", "BY") ? reader.list(() => parseExpression(reader)) : [];
  const having = reader.accept("HAVING") ? parseExpression(reader) : null;
  return { distinct, items, into, from, where, group, having };
}

function parseItem(reader: Reader): Select["items"][number] {
  if (reader.accept("*")) return { star: true, of: null, expr: null, alias: null };
  const prefix = reader.token;
  if (prefix.kind === "name" && reader.is(prefix.value, ".", "*")) {
    reader.accept(prefix.value, ".", "*");
    return { star: true, of: prefix.value, expr: null, alias: null };
  }
  const expr = parseExpression(reader);
  if (reader.accept("AS")) return { star: false, of: null, expr, alias: reader.name() };
  const { kind, value } = reader.token;
  const named = kind === "quoted" || (kind === "name" && !["FROM", "INTO", "BULK", ...AFTER_SOURCE].includes(value));
  return { star: false, of: null, expr, alias: named ? reader.name() : null };
}

function parseFrom(reader: Reader): Source[] {
  const sources = [parseSource(reader, "cross")];
  for (;;) {
    if (reader.accept(",")) sources.push(parseSource(reader, "cross"));
    else if (reader.accept("CROSS", "JOIN")) sources.push(parseSource(reader, "cross"));
    else if (reader.accept("LEFT", "JOIN") || reader.accept("LEFT", "OUTER", "JOIN"))
      sources.push(parseJoin(reader, "left"));
    else if (reader.accept("JOIN") || reader.accept("INNER", "JOIN")) sources.push(parseJoin(reader, "inner"));
    else return sources;
  }
}

function parseJoin(reader: Reader, join: "inner" | "left"): Source {
  const source = parseSource(reader, join);
  reader.expect("ON");
  return { ...source, on: parseExpression(reader) };
}

function parseSource(reader: Reader, join: Source["join"]): Source {
  let table: string[] | null = null;
  let query: Query | null = null;
  if (reader.accept("(")) {
    query = parseQuery(reader);
    reader.expect(")");
  } else table = reader.path();
  const link = reader.accept("@") ? reader.path().join(".") : null;
  return { table, query, link, alias: parseAlias(reader), join, on: null };
}

function parseAlias(reader: Reader): string | null {
  const { kind, value } = reader.token;
  const named = kind === "quoted" || (kind === "name" && !AFTER_SOURCE.includes(value));
  return named ? reader.name() : null;
}

/** UPDATE, DELETE or INSERT. */
export function parseDml(reader: Reader): Dml {
  if (reader.accept("UPDATE")) {
    const table = reader.path();
    const alias = parseAlias(reader);
    reader.expect("SET");
    const sets = reader.list(() => {
      const column = reader.path().at(-1)!;
      reader.expect("=");
      return { column, value: parseExpression(reader) };
    });
    return { kind: "update", table, alias, sets, where: reader.accept("WHERE") ? parseExpression(reader) : null };
  }
  if (reader.accept("DELETE")) {
    reader.accept("FROM");
    const table = reader.path();
    const alias = parseAlias(reader);
    return { kind: "delete", table, alias, where: reader.accept("WHERE") ? parseExpression(reader) : null };
  }
  reader.expect("INSERT", "INTO");
  return parseInsert(reader);
}

function parseInsert(reader: Reader): Dml {
  const table = reader.path();
  let columns: string[] = [];
  if (reader.accept("(")) {
    columns = reader.list(() => reader.name());
    reader.expect(")");
  }
  if (!reader.accept("VALUES")) return { kind: "insert", table, columns, values: null, query: parseQuery(reader) };
  reader.expect("(");
  const values = reader.list(() => parseExpression(reader));
  reader.expect(")");
  return { kind: "insert", table, columns, values, query: null };
}
