import { compareBytes } from "../text/order.ts";
import type { TableRows } from "./dump-set.ts";
import type { LoggedRows } from "./export-log.ts";

/** Rows per table in bytewise order of schema and table; partitions of a table are added up. */
export function sumRows(logged: readonly LoggedRows[]): TableRows[] {
  const sums = new Map<string, TableRows>();
  for (const { schema, table, rows } of logged) {
    const key = `${schema}\t${table}`;
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, { schema, table, rows });
    else sum.rows += rows;
  }
  const keys = [...sums.keys()].sort(compareBytes);
  return keys.map((key) => sums.get(key)!);
}
