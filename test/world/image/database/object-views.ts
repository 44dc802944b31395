import type { Value } from "../engine/ast.ts";
import type { WorldFiles } from "./files.ts";
import type { Instance, Session } from "./instance.ts";
import type { Container } from "./model.ts";

export interface ViewContext {
  instance: Instance;
  session: Session;
  container: Container;
  world: WorldFiles;
}

export type View = [columns: string, rows: (context: ViewContext) => Value[][]];

/** Views over tables and other objects. */
export const OBJECT_VIEWS: Record<string, View> = {
  DBA_TABLES: [
    "OWNER TABLE_NAME TABLESPACE_NAME TEMPORARY NESTED IOT_TYPE IOT_NAME NUM_ROWS STATUS EXTERNAL SECONDARY DROPPED",
    ({ container }) =>
      container.tables.map((table) => [
        table.owner,
        table.name,
        "USERS",
        "N",
        "NO",
        null,
        null,
        table.rows.length,
        "VALID",
        "NO",
        "N",
        "NO",
      ]),
  ],
  DBA_TAB_COLUMNS: [
    "OWNER TABLE_NAME COLUMN_NAME COLUMN_ID DATA_TYPE",
    ({ container }) =>
      container.tables.flatMap((table) =>
        table.columns.map((column, at) => [table.owner, table.name, column, at + 1, "VARCHAR2"]),
      ),
  ],
  DBA_EXTERNAL_TABLES: ["OWNER TABLE_NAME", () => []],
  DBA_QUEUE_TABLES: ["OWNER QUEUE_TABLE", () => []],
  DBA_QUEUES: ["OWNER NAME QUEUE_TABLE", () => []],
  DBA_MVIEW_LOGS: ["LOG_OWNER MASTER LOG_TABLE", () => []],
  DBA_MVIEWS: ["OWNER MVIEW_NAME", () => []],
  DBA_RECYCLEBIN: ["OWNER OBJECT_NAME", () => []],
  DBA_OBJECT_TABLES: ["OWNER TABLE_NAME", () => []],
  DBA_NESTED_TABLES: ["OWNER TABLE_NAME", () => []],
  DBA_OBJECTS: [
    "OWNER OBJECT_NAME OBJECT_TYPE STATUS",
    ({ container }) => [
      ...container.tables.map((table) => [table.owner, table.name, "TABLE", "VALID"]),
      ...container.objects
        .filter(({ type }) => type !== "REF_CONSTRAINT")
        .map((object) => [object.owner, object.name, object.type, object.status]),
    ],
  ],
  DBA_CONSTRAINTS: [
    "OWNER CONSTRAINT_NAME CONSTRAINT_TYPE TABLE_NAME STATUS VALIDATED GENERATED",
    (context) =>
      [...objectsOf(context, "CONSTRAINT"), ...objectsOf(context, "REF_CONSTRAINT")].map((at) => [
        at.owner,
        at.name,
        at.type === "REF_CONSTRAINT" ? "R" : (at.detail["type"] ?? "C"),
        at.detail["table"] ?? "",
        at.status === "VALID" ? "ENABLED" : "DISABLED",
        at.status === "VALID" ? "VALIDATED" : "NOT VALIDATED",
        "USER NAME",
      ]),
  ],
  DBA_TRIGGERS: [
    "OWNER TRIGGER_NAME TABLE_NAME STATUS",
    (context) => objectsOf(context, "TRIGGER").map((at) => [at.owner, at.name, at.detail["table"] ?? "", "ENABLED"]),
  ],
  DBA_INDEXES: [
    "OWNER INDEX_NAME TABLE_OWNER TABLE_NAME STATUS PARTITIONED",
    (context) =>
      objectsOf(context, "INDEX").map((at) => [
        at.owner,
        at.name,
        at.owner,
        at.detail["table"] ?? "",
        at.status === "VALID" ? "VALID" : "UNUSABLE",
        "NO",
      ]),
  ],
  DBA_IND_PARTITIONS: ["INDEX_OWNER INDEX_NAME PARTITION_NAME STATUS", () => []],
  DBA_IND_SUBPARTITIONS: ["INDEX_OWNER INDEX_NAME SUBPARTITION_NAME STATUS", () => []],
  DBA_SEQUENCES: [
    "SEQUENCE_OWNER SEQUENCE_NAME LAST_NUMBER",
    (context) => objectsOf(context, "SEQUENCE").map((at) => [at.owner, at.name, 1]),
  ],
  DBA_ERRORS: ["OWNER NAME TYPE LINE POSITION TEXT", () => []],
  DUAL: ["DUMMY", () => [["X"]]],
};

function objectsOf({ container }: ViewContext, type: string): Container["objects"] {
  return container.objects.filter((object) => object.type === type);
}
