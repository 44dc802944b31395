/** A request as its YAML says it, defaults filled in: `environments/<db>/database_config.yaml`. */
export interface DatabaseRequest {
  /** Login of the person who answers for the database. */
  owner: string;
  placement: { cluster: string; project: string };
  source_database: SourceDatabaseRequest;
  database: TargetDatabaseRequest;
}

export interface SourceDatabaseRequest {
  /** A source of the settings; absent when every connection value is written out here. */
  name?: string;
  ssh?: { host: string; port: number; user: string; host_key: string };
  /** Host of the listener as seen from the SSH host. */
  host?: string;
  port?: number;
  service_name?: string;
  /** Oracle directory object that the export writes to. */
  directory?: string;
  /** Absent means every schema that Oracle does not maintain. */
  schemas?: SchemaScope[];
  export: ExportOptions;
  refresh?: { schedule: string; time_zone: string };
}

/** A schema to export; without `tables` all of its tables and other objects. */
export interface SchemaScope {
  name: string;
  tables?: TableScope[];
}

/** A table to export; `where` is the text after WHERE in the source's SQL. */
export interface TableScope {
  name: string;
  where?: string;
}

export interface ExportOptions {
  parallel: number;
  compression: "none" | "metadata_only" | "data_only" | "all";
  /** Largest dump file, a binary quantity such as `1Gi`: one file is one layer. */
  piece_size: string;
}

export interface TargetDatabaseRequest {
  /** Key of `bases` in the settings. */
  base: string;
  storage: { size: string; keep_dump: boolean };
  resources: { cpu: string; memory: string };
  import: ImportOptions;
  safety: SafetyOptions;
  tablespaces: Tablespace[];
  /** Scheduler jobs, `OWNER.NAME`, that stay enabled. */
  jobs: { allow: string[] };
  /** Initialisation parameters of the pluggable database. */
  parameters: Record<string, string | number | boolean>;
  users: DatabaseUser[];
  /** Paths below the request's folder, run in this order. */
  scripts: { pre_import: string[]; masking: string[]; post_import: string[] };
  backups?: { schedule: string; keep: number; restore_test: boolean };
  access: { namespaces: string[] };
  /** The day `YYYY-MM-DD` until which the database is needed: a label, and a warning after it. */
  expires?: string;
  on_failure: "exit" | "hold";
}

export interface ImportOptions {
  remap_schema: Record<string, string>;
  remap_tablespace: Record<string, string>;
  /** Object paths that the import leaves out, for example `STATISTICS`. */
  exclude: string[];
  /** Errors that do not fail the import, for example `ORA-39082`. */
  allow_codes: string[];
}

/** What is done to a copy of production before anybody may connect; everything is on unless turned off. */
export interface SafetyOptions {
  remove_db_links: boolean;
  disable_jobs: boolean;
  clear_network_access: boolean;
  lock_accounts: boolean;
}

export interface Tablespace {
  name: string;
  size: string;
  max_size?: string;
}

export interface DatabaseUser {
  name: string;
  /** The Kubernetes Secret that holds the password; never the password. */
  password_secret: { name: string; key: string };
  roles: string[];
  grants: string[];
}

/** A request with every hand-written byte that belongs to it. */
export interface RequestFiles {
  /** The name of the folder below `environments/`. */
  database: string;
  /** Path below the folder (`database_config.yaml`, `scripts/mask.sql`) to text. */
  files: Record<string, string>;
}
