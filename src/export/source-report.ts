import type { Problem } from "../problem/problem.ts";
import type { SourceFacts } from "./dump-set.ts";

/** A finding about the source; it has no place in a file. */
export type SourceFinding = Pick<Problem, "severity" | "code" | "what" | "why" | "fix">;

/** A schema in scope as it is in the dictionary. */
export interface ResolvedSchema {
  name: string;
  /** Whole schemas share a SCHEMA job; named tables make a TABLE job. */
  mode: "SCHEMA" | "TABLE";
  /** The tables whose rows the export must contain. */
  tables: ResolvedTable[];
}

export interface ResolvedTable {
  name: string;
  /** Text after WHERE, null for all rows. */
  where: string | null;
}

/** Files and jobs of an earlier run, recognised by their names. */
export interface EarlierExport {
  /** `SEEDBED_<8 hex>_<time>`. */
  prefix: string;
  jobs: EarlierJob[];
  files: string[];
  /** First log entry of the run, null when there is none. */
  description: JobDescription | null;
}

/** An export as an inspection finds it. */
export interface FoundExport extends EarlierExport {
  /** A session of its run is there: the run works on it, or reads its files. */
  live: boolean;
}

export interface EarlierJob {
  name: string;
  state: string;
  sessions: number;
}

/** The first log entry of each job, one line of JSON. */
export interface JobDescription {
  database: string;
  seed_inputs: string;
  scn: string;
  run: string;
}

/** The state of the source before an export, with all findings. */
export interface SourceReport {
  facts: SourceFacts;
  /** First number of the release: 12, 19, 23. */
  release: number;
  account: string;
  directory: { name: string; path: string };
  scope: ResolvedSchema[];
  /** Bytes of the table and LOB segments in scope; an upper bound where rows are restricted. */
  estimatedBytes: number;
  /** Object paths that this release knows, per mode. */
  objectPaths: Record<"SCHEMA" | "TABLE", string[]>;
  invalidObjects: string[];
  earlier: FoundExport[];
  findings: SourceFinding[];
}
