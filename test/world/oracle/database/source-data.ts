import type { DumpCell, DumpObject } from "../../dump/format.ts";
import { OraError } from "../engine.ts";
import { type SchemaDefinition, type SchemaUser, type TableDefinition, USUAL_USER } from "./options.ts";

interface VersionedRow {
  cells: readonly DumpCell[];
  from: number;
  /** SCN at which it was deleted. */
  until: number;
}

export interface SourceTable {
  owner: string;
  name: string;
  columns: readonly string[];
  definition: TableDefinition;
  rows: VersionedRow[];
}

/** The data of the source: every change takes an SCN, and a query can look back. */
export class SourceData {
  readonly schemas = new Map<string, { oracle: boolean; user: SchemaUser }>();
  readonly tables = new Map<string, SourceTable>();
  readonly objects: DumpObject[] = [];
  #scn = 88_231_000;

  constructor(schemas: readonly SchemaDefinition[]) {
    for (const schema of schemas) this.addSchema(schema);
  }

  get scn(): number {
    return this.#scn;
  }

  addSchema(schema: SchemaDefinition): void {
    this.schemas.set(schema.name, { oracle: schema.oracle ?? false, user: schema.user ?? USUAL_USER });
    for (const table of schema.tables) this.addTable(schema.name, table);
    for (const object of schema.objects) this.objects.push({ owner: schema.name, ...object });
  }

  addTable(owner: string, definition: TableDefinition): void {
    const { name, columns } = definition;
    this.tables.set(`${owner}.${name}`, { owner, name, columns, definition, rows: [] });
    this.insert(owner, name, definition.rows);
  }

  insert(owner: string, name: string, rows: readonly (readonly DumpCell[])[]): void {
    const from = ++this.#scn;
    const table = this.table(owner, name);
    for (const cells of rows) {
      if (cells.length !== table.columns.length) throw new OraError(947, ["ORA-00947: not enough values"]);
      table.rows.push({ cells, from, until: Infinity });
    }
  }

  /** Deletes the rows that a test picks. */
  delete(owner: string, name: string, picks: (cells: readonly DumpCell[]) => boolean): void {
    const until = ++this.#scn;
    for (const row of this.table(owner, name).rows) if (row.until === Infinity && picks(row.cells)) row.until = until;
  }

  table(owner: string, name: string): SourceTable {
    const table = this.tables.get(`${owner}.${name}`);
    if (table === undefined) throw new OraError(942, ["ORA-00942: table or view does not exist"]);
    return table;
  }

  /** Rows as of an SCN. */
  rowsAt(table: SourceTable, scn: number): DumpCell[][] {
    const visible = table.rows.filter((row) => row.from <= scn && row.until > scn);
    return visible.map((row) => [...row.cells]);
  }
}
