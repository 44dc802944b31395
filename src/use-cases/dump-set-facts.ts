import type { Digest } from "../crypto/digest.ts";
import type { DumpFile, DumpSet } from "../export/dump-set.ts";
import type { ExportOutcome } from "../export/run-export.ts";
import type { SourceReport } from "../export/source-report.ts";
import type { LockedDumpSet } from "../lock/lock.ts";
import type { ExportTask } from "./with-export.ts";

interface Material {
  task: Pick<ExportTask, "database" | "digests">;
  report: SourceReport;
  exported: ExportOutcome;
  files: DumpFile[];
}

/** The facts of an export, as they are stored in the image. */
export function describeDumpSet({ task, report, exported, files }: Material): DumpSet {
  return {
    version: 1,
    database: task.database,
    source: report.facts,
    seedInputs: task.digests.seed_inputs,
    scn: exported.scn,
    exportedAt: exported.exportedAt,
    schemas: report.scope.map(({ name }) => name).toSorted(),
    jobs: exported.jobs,
    files,
    tables: exported.rows.length,
    rows: exported.rows.reduce((sum, table) => sum + table.rows, 0),
    invalidObjects: report.invalidObjects,
  };
}

/** What the lock records of a dump set. */
export function lockedDumpSet(dumpSet: DumpSet, digest: Digest): LockedDumpSet {
  return {
    digest,
    files: dumpSet.files.length,
    bytes: dumpSet.files.reduce((sum, file) => sum + file.bytes, 0),
    rows: dumpSet.rows,
    scn: dumpSet.scn,
    exported_at: dumpSet.exportedAt,
  };
}
