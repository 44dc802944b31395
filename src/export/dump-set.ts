import type { Digest } from "../crypto/digest.ts";

/** `dumpset.json`: the facts of one export. Every time in it is the source's own. */
export interface DumpSet {
  version: 1;
  database: string;
  source: SourceFacts;
  seedInputs: Digest;
  scn: string;
  exportedAt: string;
  /** Every schema in scope according to the dictionary, sorted; some have no tables. */
  schemas: string[];
  jobs: ExportedJob[];
  files: DumpFile[];
  tables: number;
  rows: number;
  /** `OWNER TYPE NAME` of objects that were already invalid at the source. */
  invalidObjects: string[];
}

export interface SourceFacts {
  name: string;
  service: string;
  dbid: string;
  version: string;
  charset: string;
  nationalCharset: string;
  timeZoneFile: number;
}

export interface ExportedJob {
  name: string;
  mode: "SCHEMA" | "TABLE";
  allowedErrors: { code: string; count: number }[];
}

export interface DumpFile {
  name: string;
  bytes: number;
  /** 64 hex digits. */
  sha256: string;
}

/** Rows of one exported table, a line of `rows.tsv`. */
export interface TableRows {
  schema: string;
  table: string;
  rows: number;
}
