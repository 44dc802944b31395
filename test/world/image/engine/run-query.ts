import type { Expr, Query, Select, Source, Value } from "./ast.ts";
import { evaluate } from "./evaluate.ts";
import type { Relation, Scope } from "./host.ts";
import { ora } from "./tokens.ts";
import { compare, isTrue, toNumber } from "./values.ts";
import { OraError } from "../../oracle/engine.ts";

export interface QueryResult {
  columns: string[];
  rows: Value[][];
}

type Row = Map<string, Record<string, Value>>;

/** Runs a query; unknown tables and columns are refused even without rows. */
export function runQuery(query: Query, outer: Scope): QueryResult {
  const common = new Map(query.with.map(({ name, query: inner }) => [name, named(runQuery(inner, outer))]));
  const results = query.selects.map((select) =>
    runSelect(select, { outer, common, order: query.selects.length === 1 ? query.order : [] }),
  );
  const first = results[0]!;
  if (results.some((result) => result.columns.length !== first.columns.length))
    throw ora(1789, "query block has incorrect number of result columns");
  let rows = results.flatMap((result) => result.rows);
  if (query.selects.length > 1 && query.order.length > 0) rows = sortByPosition(rows, query, first.columns);
  const limit = query.limit === null ? rows.length : toNumber(evaluate(query.limit, outer))!;
  return { columns: first.columns, rows: rows.slice(0, limit) };
}

function named(result: QueryResult): Relation {
  const rows = result.rows.map((row) => Object.fromEntries(result.columns.map((column, at) => [column, row[at]!])));
  return { columns: result.columns, rows };
}

function sortByPosition(rows: Value[][], query: Query, columns: string[]): Value[][] {
  const keys = query.order.map(({ by, descending }) => {
    const at =
      by.kind === "literal" ? Number(by.value) - 1 : by.kind === "name" ? columns.indexOf(by.path.at(-1)!) : -1;
    if (at < 0 || at >= columns.length) throw ora(1785, "ORDER BY item must be the number of a SELECT-list expression");
    return { at, descending };
  });
  return rows.toSorted((a, b) => first(keys.map(({ at, descending }) => order(a[at]!, b[at]!, descending))));
}

function first(differences: number[]): number {
  return differences.find((difference) => difference !== 0) ?? 0;
}

/** Nulls last when ascending, as Oracle sorts. */
function order(a: Value, b: Value, descending: boolean): number {
  const difference = a === null || b === null ? Number(a === null) - Number(b === null) : (compare(a, b) ?? 0);
  return descending ? -difference : difference;
}

interface Surroundings {
  outer: Scope;
  common: Map<string, Relation>;
  order: Query["order"];
}

function runSelect(select: Select, around: Surroundings): QueryResult {
  const relations = select.from.map((source) => ({ source, relation: relationOf(source, around) }));
  const aliases = relations.map(({ source }) => source.alias ?? source.table?.at(-1) ?? "");
  const items = expandStars(
    select,
    relations.map(({ relation }, at) => ({ alias: aliases[at]!, relation })),
  );
  const blank: Row = new Map(
    relations.map(({ relation }, at) => [
      aliases[at]!,
      Object.fromEntries(relation.columns.map((column) => [column, null])),
    ]),
  );
  probe(select, items, { ...rowScope(blank, around.outer), probing: true });
  let rows: Row[] = [new Map()];
  relations.forEach(({ source, relation }, at) => {
    rows = joinRows(rows, { source, relation, alias: aliases[at]! }, around.outer);
  });
  const scopes = filterRows(rows, select.where, around.outer);
  const columns = items.map(({ expr, alias }) => alias ?? (expr.kind === "name" ? expr.path.at(-1)! : "EXPRESSION"));
  const groups = grouped(select, items) ? groupRows(select, scopes, rowScope(blank, around.outer)) : scopes;
  const kept = select.having === null ? groups : groups.filter((scope) => isTrue(evaluate(select.having!, scope)));
  let out = kept.map((scope) => ({ scope, values: items.map(({ expr }) => evaluate(expr, scope)) }));
  if (around.order.length > 0) out = sortRows(out, around.order, columns);
  const values = out.map((row) => row.values);
  return { columns, rows: select.distinct ? distinct(values) : values };
}

function distinct(rows: Value[][]): Value[][] {
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}

function relationOf(source: Source, around: Surroundings): Relation {
  if (source.query) return named(runQuery(source.query, around.outer));
  const path = source.table!;
  const common = path.length === 1 ? around.common.get(path[0]!) : undefined;
  return common ?? around.outer.host.relation(path, source.link);
}

function expandStars(
  select: Select,
  relations: { alias: string; relation: Relation }[],
): { expr: Expr; alias: string | null }[] {
  return select.items.flatMap((item): { expr: Expr; alias: string | null }[] => {
    if (!item.star) return [{ expr: item.expr!, alias: item.alias }];
    const from = relations.filter(({ alias }) => item.of === null || item.of === alias);
    return from.flatMap(({ alias, relation }) =>
      relation.columns.map((column) => ({ expr: { kind: "name", path: [alias, column] } as Expr, alias: column })),
    );
  });
}

/** A pass over a row of nulls: names that do not exist are found, missing values are not an error. */
function probe(select: Select, items: { expr: Expr }[], scope: Scope): void {
  const grouped = { ...scope, group: [scope] };
  const all = [...items.map(({ expr }) => expr), ...select.group, ...(select.having ? [select.having] : [])];
  for (const expr of all) tryName(expr, grouped);
  if (select.where) tryName(select.where, scope);
}

function tryName(expr: Expr, scope: Scope): void {
  try {
    evaluate(expr, scope);
  } catch (error) {
    if (!(error instanceof OraError) || [904, 942, 934, 900, 920].includes(error.code)) throw error;
  }
}

function joinRows(rows: Row[], next: { source: Source; relation: Relation; alias: string }, outer: Scope): Row[] {
  const { source, relation, alias } = next;
  return rows.flatMap((row) => {
    const all = relation.rows.map((record): Row => new Map([...row, [alias, record]]));
    const matching =
      source.on === null ? all : all.filter((joined) => isTrue(evaluate(source.on!, rowScope(joined, outer))));
    if (source.join !== "left" || matching.length > 0) return matching;
    return [new Map([...row, [alias, Object.fromEntries(relation.columns.map((column) => [column, null]))]])];
  });
}

function filterRows(rows: Row[], where: Expr | null, outer: Scope): Scope[] {
  const kept: Scope[] = [];
  for (const row of rows) {
    const scope = rowScope(row, outer, kept.length + 1);
    if (where === null || isTrue(evaluate(where, scope))) kept.push(scope);
  }
  return kept;
}

function rowScope(row: Row, outer: Scope, rownum = 1): Scope {
  return {
    ...outer,
    group: null,
    lookup: (path) => {
      const column = path.at(-1)!;
      if (path.length > 1)
        return column in (row.get(path.at(-2)!) ?? {}) ? row.get(path.at(-2)!)![column]! : outer.lookup(path);
      for (const record of row.values()) if (column in record) return record[column]!;
      return column === "ROWNUM" && row.size > 0 ? rownum : outer.lookup(path);
    },
  };
}

function grouped(select: Select, items: { expr: Expr }[]): boolean {
  return select.group.length > 0 || items.some(({ expr }) => hasAggregate(expr));
}

function hasAggregate(expr: Expr): boolean {
  if (expr.kind === "call" && ["COUNT", "SUM", "MIN", "MAX", "LISTAGG"].includes(expr.path.join("."))) return true;
  return (
    Object.values(expr).some((part) => isExpr(part) && hasAggregate(part)) ||
    ("args" in expr && expr.args.some((arg) => hasAggregate(arg.value))) ||
    (expr.kind === "case" && expr.whens.some((item) => hasAggregate(item.when) || hasAggregate(item.result)))
  );
}

function isExpr(part: unknown): part is Expr {
  return typeof part === "object" && part !== null && "kind" in part && !("selects" in part);
}

function groupRows(select: Select, scopes: Scope[], blank: Scope): Scope[] {
  if (select.group.length === 0) return [{ ...(scopes[0] ?? blank), group: scopes }];
  const groups = new Map<string, Scope[]>();
  for (const scope of scopes) {
    const key = JSON.stringify(select.group.map((expr) => evaluate(expr, scope)));
    groups.set(key, [...(groups.get(key) ?? []), scope]);
  }
  return [...groups.values()].map((members) => ({ ...members[0]!, group: members }));
}

function sortRows(
  rows: { scope: Scope; values: Value[] }[],
  items: Query["order"],
  columns: string[],
): { scope: Scope; values: Value[] }[] {
  const keyOf = (row: { scope: Scope; values: Value[] }, by: Expr): Value => {
    if (by.kind === "literal" && typeof by.value === "number") return row.values[by.value - 1] ?? null;
    const alias = by.kind === "name" && by.path.length === 1 ? columns.indexOf(by.path[0]!) : -1;
    return alias >= 0 ? row.values[alias]! : evaluate(by, row.scope);
  };
  return rows.toSorted((a, b) =>
    first(items.map(({ by, descending }) => order(keyOf(a, by), keyOf(b, by), descending))),
  );
}
