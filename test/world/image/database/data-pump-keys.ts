import type { DumpObject } from "../../dump/format.ts";
import type { Step } from "./data-pump-checks.ts";
import type { Container, Table } from "./model.ts";

type Outcome = Pick<Step, "lines" | "failed">;

/** Creates one foreign key, or says why not in the words of published import logs. */
export function importForeignKey(container: Container, object: DumpObject): Outcome {
  const { owner, name, detail = {} } = object;
  const quoted = `"${owner}"."${name}"`;
  const child = findTable(container, owner, detail["table"]);
  const parent = findTable(container, detail["r_owner"], detail["r_table"]);
  if (child === undefined)
    return failed(
      `ORA-39112: Dependent object type REF_CONSTRAINT:${quoted} skipped, base object type TABLE:"${owner}"."${detail["table"]}" creation failed`,
    );
  if (container.objects.some((at) => at.type === "REF_CONSTRAINT" && at.owner === owner && at.name === name))
    return failed(`ORA-31684: Object type REF_CONSTRAINT:${quoted} already exists`);
  const reason = refusal(object, child, parent);
  if (reason !== null)
    return failed(
      `ORA-39083: Object type REF_CONSTRAINT:${quoted} failed to create with error:`,
      reason,
      "",
      "Failing sql is:",
      `ALTER TABLE "${owner}"."${detail["table"]}" ADD CONSTRAINT "${name}" FOREIGN KEY ("${detail["column"]}") REFERENCES "${detail["r_owner"]}"."${detail["r_table"]}" ("${detail["r_column"]}") ENABLE`,
      "",
    );
  container.objects.push({ owner, name, type: "REF_CONSTRAINT", status: "VALID", detail });
  return { lines: [], failed: false };
}

function refusal({ owner, name, detail = {} }: DumpObject, child: Table, parent: Table | undefined): string | null {
  if (parent === undefined) return "ORA-00942: table or view does not exist";
  const known = new Set(valuesOf(parent, detail["r_column"]));
  const orphan = valuesOf(child, detail["column"]).some((value) => value !== null && !known.has(value));
  return orphan ? `ORA-02298: cannot validate (${owner}.${name}) - parent keys not found` : null;
}

function valuesOf(table: Table, column: string | undefined) {
  const at = table.columns.indexOf(column ?? "");
  return table.rows.map((row) => row[at] ?? null);
}

function findTable(container: Container, owner: string | undefined, name: string | undefined): Table | undefined {
  return container.tables.find((at) => at.owner === owner && at.name === name);
}

function failed(...lines: string[]): Outcome {
  return { lines, failed: true };
}
