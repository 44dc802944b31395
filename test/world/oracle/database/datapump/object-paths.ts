/** Short object paths per mode, a part of SCHEMA_EXPORT_OBJECTS and TABLE_EXPORT_OBJECTS. */
export const OBJECT_PATHS: Record<"SCHEMA" | "TABLE", readonly string[]> = {
  SCHEMA: [
    "COMMENT",
    "CONSTRAINT",
    "DB_LINK",
    "DEFAULT_ROLE",
    "FUNCTION",
    "GRANT",
    "INDEX",
    "JOB",
    "MATERIALIZED_VIEW",
    "PACKAGE",
    "PASSWORD_HISTORY",
    "PROCEDURE",
    "PROCOBJ",
    "REF_CONSTRAINT",
    "ROLE_GRANT",
    "SEQUENCE",
    "STATISTICS",
    "SYNONYM",
    "SYSTEM_GRANT",
    "TABLE",
    "TABLE_DATA",
    "TABLESPACE_QUOTA",
    "TRIGGER",
    "TYPE",
    "USER",
    "VIEW",
  ],
  TABLE: ["COMMENT", "CONSTRAINT", "GRANT", "INDEX", "REF_CONSTRAINT", "STATISTICS", "TABLE", "TABLE_DATA", "TRIGGER"],
};

/** The path under which an object type travels. */
export function pathOf(type: string): string {
  return type === "JOB" ? "PROCOBJ" : type.replaceAll(" ", "_");
}
