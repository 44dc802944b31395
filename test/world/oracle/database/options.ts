import type { DumpCell, DumpObject } from "../../dump/format.ts";

/** A source database of the simulated world, as a test or the demo wants it. */
export interface SourceOptions {
  accounts: Record<string, SourceAccount>;
  services: readonly string[];
  /** From an Oracle directory object to the real folder used in place of the server's path. */
  directories: Record<string, string>;
  schemas: readonly SchemaDefinition[];
  settings?: Partial<SourceSettings>;
}

export interface SourceAccount {
  password: string;
  locked?: boolean;
  privileges?: readonly string[];
  roles?: readonly string[];
  /** Directory objects with what the account may do there; all of them READ and WRITE when absent. */
  directories?: Record<string, readonly ("READ" | "WRITE")[]>;
  /** -1 means unlimited; absent means no quota at all. */
  quota?: number;
}

export interface SourceSettings {
  version: string;
  /** 18c and later. */
  fullVersion: string;
  enterprise: boolean;
  dbid: string;
  name: string;
  openMode: string;
  role: string;
  charset: string;
  nationalCharset: string;
  timeZoneFile: number;
  /** Language of a session that did not choose one. */
  language: "AMERICAN" | "GERMAN";
  /** Whether EXECUTE on UTL_FILE is granted to PUBLIC. */
  utlFile: boolean;
  /** Bytes that the dump files of one job have together, at least. */
  dumpBytes: number;
  /** How long the processes of a stopped job take to end: it stays in the views meanwhile. */
  stopMilliseconds: number;
  /** Pause after each table of a job. */
  paceMilliseconds: number;
}

export interface SchemaDefinition {
  name: string;
  /** Maintained by Oracle. */
  oracle?: boolean;
  tables: readonly TableDefinition[];
  objects: readonly Omit<DumpObject, "owner">[];
  /** What its CREATE USER does not say; Data Pump writes these as objects of their own. */
  user?: SchemaUser;
}

export interface SchemaUser {
  /** Tablespaces on which it has a quota. */
  quotas: readonly string[];
  /** Roles that it was granted; all of them are its default roles. */
  roles: readonly string[];
}

/** A schema as people make them: data in a tablespace of its own, a role of the source's. */
export const USUAL_USER: SchemaUser = { quotas: ["APP_DATA"], roles: ["APP_OWNER"] };

export interface TableDefinition {
  name: string;
  columns: readonly string[];
  rows: readonly (readonly DumpCell[])[];
  foreignKeys?: readonly ForeignKeyDefinition[];
  /** Row-level policies that act on SELECT. */
  policies?: readonly string[];
  redactions?: readonly string[];
  /** Transparent data encryption: of a column, or of the tablespace that holds the table. */
  encrypted?: "column" | "tablespace";
  /** Partition names; rows are dealt to them in turn. */
  partitions?: readonly string[];
}

export interface ForeignKeyDefinition {
  name: string;
  column: string;
  /** The parent's column has the child's name where it is not said. */
  refersTo: { owner: string; table: string; column?: string };
}

export const DEFAULT_SETTINGS: SourceSettings = {
  version: "19.0.0.0.0",
  fullVersion: "19.27.0.0.0",
  enterprise: true,
  dbid: "2894710066",
  name: "PROD",
  openMode: "READ WRITE",
  role: "PRIMARY",
  charset: "AL32UTF8",
  nationalCharset: "AL16UTF16",
  timeZoneFile: 43,
  language: "AMERICAN",
  utlFile: true,
  dumpBytes: 3 * 1024 * 1024,
  paceMilliseconds: 2,
  stopMilliseconds: 3,
};

export const EXPORT_PRIVILEGES = ["CREATE SESSION", "CREATE TABLE", "UNLIMITED TABLESPACE", "EXEMPT ACCESS POLICY"];
export const EXPORT_ROLES = ["DATAPUMP_EXP_FULL_DATABASE", "EXP_FULL_DATABASE", "SELECT_CATALOG_ROLE"];
