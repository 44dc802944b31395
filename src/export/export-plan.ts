import type { Digest } from "../crypto/digest.ts";
import type { EarlierExport, ResolvedTable, SourceReport } from "./source-report.ts";

/** What an export will do on the source, complete except for the SCN, which is read when it starts. */
export interface ExportPlan {
  database: string;
  run: string;
  seedInputs: Digest;
  /** The name of every job and file of this export begins with it. */
  prefix: string;
  directory: { name: string; path: string };
  jobs: ExportJob[];
  /** What a killed run of the same inputs left; removed before this export starts. */
  earlier: EarlierExport[];
  /** Exports whose files a live run of the same inputs still reads: they are kept. */
  inUse: EarlierExport[];
  /** Errors in the log that do not fail the export. */
  allowedCodes: readonly string[];
  source: Pick<SourceReport, "facts" | "invalidObjects">;
}

/** One Data Pump job with every argument as it will be sent. */
export interface ExportJob {
  name: string;
  mode: "SCHEMA" | "TABLE";
  /** VERSION of the dump: COMPATIBLE, or the target's release when that is older. */
  version: string;
  dumpFile: string;
  logFile: string;
  fileSize: string;
  compression: string;
  parallel: number;
  schemaExpression: string;
  /** Only in TABLE jobs. */
  nameExpression: string | null;
  excludeExpression: string;
  /** Tables whose rows the log must show, by schema. */
  tables: Record<string, ResolvedTable[]>;
}
