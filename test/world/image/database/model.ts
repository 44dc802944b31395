import type { DumpCell } from "../../dump/format.ts";

/** Everything that a database keeps on its volume; it is stored in the control file, so that deleting it loses it. */
export interface Database {
  version: 1;
  sid: string;
  dbid: string;
  dbVersion: string;
  charset: string;
  nationalCharset: string;
  timeZoneFile: number;
  scn: number;
  containers: Container[];
  savedStates: SavedState[];
}

export interface SavedState {
  conName: string;
  restricted: boolean;
}

export interface Container {
  conId: number;
  name: string;
  guid: string;
  dbid: string;
  users: User[];
  roles: string[];
  profiles: string[];
  grants: Grant[];
  tablespaces: Tablespace[];
  directories: { name: string; path: string }[];
  links: { owner: string; name: string; host: string }[];
  jobs: Job[];
  schedulerDisabled: boolean;
  aces: NetworkAce[];
  /** Values that differ from the default, by lower-case name. */
  parameters: Record<string, string>;
  /** Written with SCOPE = SPFILE: taken at the next opening; null where a value was reset. */
  nextParameters?: Record<string, string | null>;
  tables: Table[];
  objects: StoredObject[];
  dataPumpJobs: DataPumpJob[];
}

export interface User {
  id: number;
  name: string;
  password: string | null;
  locked: boolean;
  /** Wrong passwords in a row: ten of them lock for a time. */
  failedLogons?: number;
  expired: boolean;
  maintained: boolean;
  tablespace: string;
  profile: string;
  quotas: Record<string, number>;
}

export interface Grant {
  grantee: string;
  privilege: string;
  /** `OWNER.NAME` of an object, null for a system privilege or a role. */
  on: string | null;
}

export interface Tablespace {
  name: string;
  temporary: boolean;
  files: { path: string; bytes: number; maxBytes: number; autoextend: boolean }[];
}

export interface Job {
  owner: string;
  name: string;
  enabled: boolean;
}

export interface NetworkAce {
  host: string;
  lowerPort: number | null;
  upperPort: number | null;
  principal: string;
  privilege: string;
}

export interface Table {
  owner: string;
  name: string;
  columns: string[];
  rows: DumpCell[][];
}

export interface StoredObject {
  owner: string;
  type: string;
  name: string;
  status: "VALID" | "INVALID";
  detail: Record<string, string>;
}

export interface DataPumpJob {
  owner: string;
  name: string;
  operation: "IMPORT" | "EXPORT";
  state: "EXECUTING" | "COMPLETING" | "NOT RUNNING" | "STOPPING" | "DEFINING";
  attached: number;
}
