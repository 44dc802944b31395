import type { Digest } from "../crypto/digest.ts";
import { SeedbedError } from "../problem/error.ts";
import { sentence } from "../text/sentence.ts";
import type { Seed } from "../lock/lock.ts";
import type { ExportPlan } from "./export-plan.ts";
import { planJobs } from "./plan-jobs.ts";
import type { FoundExport, SourceReport } from "./source-report.ts";

/** What an export belongs to. */
export interface ExportIdentity {
  database: string;
  seedInputs: Digest;
  /** Id of the run, so that a DBA who finds the job on the source can trace it. */
  run: string;
  /** Milliseconds since the epoch. */
  now: number;
  /** Errors in the log that do not fail the export; by default none. */
  allowedCodes?: readonly string[];
}

/**
 * Turns a seed and the report about the source into jobs. Throws `source-not-ready` when the report has errors, and
 * `export-running` while another run exports the same.
 */
export function planExport(seed: Seed, report: SourceReport, identity: ExportIdentity): ExportPlan {
  const errors = report.findings.filter((finding) => finding.severity === "error");
  if (errors.length > 0) {
    throw new SeedbedError("source-not-ready", errors.map(({ what }) => sentence(what)).join("\n"), {
      fix: errors.map(({ fix }) => sentence(fix)).join("\n"),
    });
  }
  const others = report.earlier.filter((other) => belongsTo(other, identity));
  refuseBeside(others, identity);
  const prefix = exportPrefix(identity.seedInputs, identity.now);
  const { database, seedInputs, run, allowedCodes = [] } = identity;
  const jobs = planJobs(seed, {
    prefix,
    scope: report.scope,
    release: report.release,
    objectPaths: report.objectPaths,
  });
  const [earlier, inUse] = [others.filter(({ live }) => !live), others.filter(({ live }) => live)];
  const source = { facts: report.facts, invalidObjects: report.invalidObjects };
  return { database, run, seedInputs, prefix, directory: report.directory, jobs, earlier, inUse, allowedCodes, source };
}

/** A job with a session is somebody's work, and perhaps the one that a permit was given for. */
function refuseBeside(others: readonly FoundExport[], { database }: ExportIdentity): void {
  for (const { jobs, description } of others) {
    const job = jobs.find(({ sessions }) => sessions > 0);
    if (job === undefined) continue;
    const run = description === null ? "Another run" : `The run ${description.run}`;
    throw new SeedbedError(
      "export-running",
      `${run} exports the same data for ${database}: ${job.name} is ${job.state}.`,
      {
        fix: "Wait until it has ended, or ask the person who started it. If the run no longer exists, the source's DBA can end the session that is attached to the job.",
      },
    );
  }
}

/** First part of every job and file name of one export: at most 25 of the 30 bytes that 12.1 allows. */
export function exportPrefix(seedInputs: Digest, now: number): string {
  return `${inputsPrefix(seedInputs)}${now.toString(36).toUpperCase()}`;
}

/** What all exports of the same inputs share: `SEEDBED_<8 hex>_`. */
export function inputsPrefix(seedInputs: Digest): string {
  return `SEEDBED_${seedInputs.slice("sha256:".length, "sha256:".length + 8).toUpperCase()}_`;
}

function belongsTo(other: FoundExport, identity: ExportIdentity): boolean {
  if (!other.prefix.startsWith(inputsPrefix(identity.seedInputs))) return false;
  // Killed before its first log entry, an export names no run; it may be removed unless its run is still live.
  if (other.description === null) return !other.live;
  const { database, seed_inputs: inputs } = other.description;
  return database === identity.database && inputs === identity.seedInputs;
}
