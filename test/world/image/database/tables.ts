import type { DumpCell } from "../../dump/format.ts";
import type { Dml, Value } from "../engine/ast.ts";
import { evaluate } from "../engine/evaluate.ts";
import type { Scope } from "../engine/host.ts";
import { runQuery } from "../engine/run-query.ts";
import { ora } from "../engine/tokens.ts";
import { isTrue } from "../engine/values.ts";
import type { Instance, Session } from "./instance.ts";
import type { Container, Table } from "./model.ts";

/** A user's table; ORA-00942 where it is not there. */
export function findTable(container: Container, path: string[], schema: string): Table {
  const owner = path.length > 1 ? path.at(-2)! : schema;
  const table = container.tables.find((at) => at.owner === owner && at.name === path.at(-1));
  if (!table) throw ora(942, `table or view "${owner}"."${path.at(-1)}" does not exist`);
  return table;
}

/** Rows of a table as named values. */
export function recordsOf(table: Table): Record<string, Value>[] {
  return table.rows.map((row) => Object.fromEntries(table.columns.map((column, at) => [column, row[at] ?? null])));
}

/** Carries out one UPDATE, DELETE or INSERT in the session's transaction; the number of rows. */
export function changeRows(instance: Instance, session: Session, change: { dml: Dml; scope: Scope }): number {
  const { dml, scope } = change;
  const table = findTable(session.container, dml.table, session.schema);
  const pending = instance.pending.get(table);
  if (pending && pending.session !== session) throw ora(60, "deadlock detected while waiting for resource");
  if (!pending) instance.pending.set(table, { session, rows: table.rows });
  if (dml.kind === "insert") return insertRows(table, dml, scope);
  const records = recordsOf(table);
  const scopes = records.map((record) => recordScope(record, { table, alias: dml.alias }, scope));
  probeColumns(table, dml, scope);
  const hit = scopes.map((at) => dml.where === null || isTrue(evaluate(dml.where, at)));
  if (dml.kind === "delete") table.rows = table.rows.filter((_, at) => !hit[at]);
  else
    table.rows = table.rows.map((row, at) =>
      hit[at] ? updated(table, row, { sets: dml.sets, scope: scopes[at]! }) : row,
    );
  return hit.filter(Boolean).length;
}

function updated(
  table: Table,
  row: DumpCell[],
  change: { sets: { column: string; value: Parameters<typeof evaluate>[0] }[]; scope: Scope },
): DumpCell[] {
  const next = [...row];
  for (const { column, value } of change.sets) next[columnIndex(table, column)] = cell(evaluate(value, change.scope));
  return next;
}

function probeColumns(table: Table, dml: Dml & { kind: "update" | "delete" }, scope: Scope): void {
  const blank = Object.fromEntries(table.columns.map((column) => [column, null]));
  const probing = { ...recordScope(blank, { table, alias: dml.alias }, scope), probing: true };
  if (dml.where !== null) evaluate(dml.where, probing);
  if (dml.kind === "update") for (const { column } of dml.sets) columnIndex(table, column);
}

function columnIndex(table: Table, column: string): number {
  const at = table.columns.indexOf(column);
  if (at < 0) throw ora(904, `"${column}": invalid identifier`);
  return at;
}

function cell(value: Value): DumpCell {
  return value instanceof Date ? value.toISOString() : typeof value === "boolean" ? Number(value) : value;
}

function recordScope(record: Record<string, Value>, from: { table: Table; alias: string | null }, outer: Scope): Scope {
  return {
    ...outer,
    lookup: (path) => {
      const column = path.at(-1)!;
      const prefix = path.length > 1 ? path.at(-2)! : null;
      const mine = prefix === null || prefix === from.alias || prefix === from.table.name;
      return mine && column in record ? record[column]! : outer.lookup(path);
    },
  };
}

function insertRows(table: Table, dml: Dml & { kind: "insert" }, scope: Scope): number {
  const columns = dml.columns.length > 0 ? dml.columns : table.columns;
  const places = columns.map((column) => columnIndex(table, column));
  const given = dml.query ? runQuery(dml.query, scope).rows : [dml.values!.map((value) => evaluate(value, scope))];
  if (given.some((row) => row.length !== columns.length)) throw ora(947, "not enough values");
  const added = given.map((row) =>
    table.columns.map((_, at) => (places.includes(at) ? cell(row[places.indexOf(at)]!) : null)),
  );
  table.rows = [...table.rows, ...added];
  return given.length;
}
