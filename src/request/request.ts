import type { ServiceType } from "../settings/settings.ts";

/** A parsed request with defaults filled in: `environments/<db>/database_config.yaml`. */
export interface DatabaseRequest {
  /** GitHub login of the person responsible for the database. */
  owner: string;
  placement: { cluster: string; project: string };
  source_database: SourceDatabaseRequest;
  database: TargetDatabaseRequest;
}

export interface SourceDatabaseRequest {
  /** Name of a source in the settings; absent when the request itself has all connection values. */
  name?: string;
  ssh?: { host: string; port: number; user: string; host_key: string };
  /** Host of the listener as seen from the SSH host. */
  host?: string;
  port?: number;
  service_name?: string;
  /** Oracle directory object that the export writes to. */
  directory?: string;
  /** Absent means every schema that Oracle does not maintain itself. */
  schemas?: SchemaScope[];
  export: ExportOptions;
  refresh?: { schedule: string; time_zone: string };
}

/** A schema to export; without `tables` all of its tables and other objects. */
export interface SchemaScope {
  name: string;
  tables?: TableScope[];
}

/** A table to export; `where` is the condition after WHERE, in the source's SQL. */
export interface TableScope {
  name: string;
  where?: string;
}

export interface ExportOptions {
  parallel: number;
  compression: "none" | "metadata_only" | "data_only" | "all";
  /** Maximum size of a dump file, a binary quantity such as `1Gi`; each file becomes one layer. */
  piece_size: string;
}

export interface TargetDatabaseRequest {
  /** Key of `bases` in the settings. */
  base: string;
  /** `class` is the volume's StorageClass. */
  storage: { size: string; class?: string; keep_dump: boolean };
  resources: { cpu: string; memory: string };
  import: ImportOptions;
  safety: SafetyOptions;
  tablespaces: Tablespace[];
  /** Scheduler jobs, `OWNER.NAME`, that stay enabled. */
  jobs: { allow: string[] };
  /** Initialisation parameters of the pluggable database. */
  parameters: Record<string, string | number | boolean>;
  users: DatabaseUser[];
  /** Paths relative to the request's folder; the scripts run in this order. */
  scripts: { pre_import: string[]; masking: string[]; post_import: string[] };
  backups?: { schedule: string; keep: number; restore_test: boolean };
  /** `tls`: Oracle Net over TLS, beside the plain one inside of the cluster and instead of it outside. */
  access: { namespaces: string[]; service?: OutsideService; tls?: boolean };
  /** No pod runs. */
  stopped?: boolean;
  /** The day `YYYY-MM-DD` until which the database is needed: a label, and a warning after it. */
  expires?: string;
  on_failure: "exit" | "hold";
}

/** Opens a database to IPv4 blocks outside of its cluster. */
export interface OutsideService {
  type: ServiceType;
  source_ranges: string[];
}

export interface ImportOptions {
  remap_schema: Record<string, string>;
  remap_tablespace: Record<string, string>;
  /** Object paths that the import leaves out, for example `STATISTICS`. */
  exclude: string[];
  /** Errors that do not fail the import, for example `ORA-39082`. */
  allow_codes: string[];
}

/** Safety measures applied to the copy before users can connect; all are on unless turned off. */
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
  /** The Kubernetes Secret that holds the password; never the password itself. */
  password_secret: { name: string; key: string };
  roles: string[];
  grants: string[];
}

/** A request with the full text of every hand-written file that belongs to it. */
export interface RequestFiles {
  /** The name of the folder below `environments/`. */
  database: string;
  /** Path below the folder (`database_config.yaml`, `scripts/mask.sql`) to text. */
  files: Record<string, string>;
}
