import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { digestOfJson } from "../../src/crypto/digest.ts";
import type { Seed } from "../../src/lock/lock.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Log } from "../../src/ports/log.ts";
import { createSourceDatabase } from "../world/oracle/database/create-source-database.ts";
import {
  EXPORT_PRIVILEGES,
  EXPORT_ROLES,
  type SourceAccount,
  type SourceOptions,
} from "../world/oracle/database/options.ts";
import { sampleSchemas } from "../world/oracle/database/sample-data.ts";
import { openFolderHost } from "../world/oracle/folder-host.ts";
import { openInProcess } from "../world/oracle/in-process-session.ts";

/** A password that must never be seen in any text. */
export const CANARY = "canary-Pa55word";

export const EXPORTER: SourceAccount = {
  password: CANARY,
  privileges: EXPORT_PRIVILEGES,
  roles: EXPORT_ROLES,
};

/** A simulated source with a folder of its own, opened without the wire. */
export function openSource(options: Partial<SourceOptions> & { account?: SourceAccount } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "seedbed-source-"));
  const { account = EXPORTER, ...rest } = options;
  const source = createSourceDatabase({
    accounts: { SEEDBED: account },
    services: ["HRPDB"],
    directories: { SEEDBED_DIR: folder },
    schemas: sampleSchemas(),
    ...rest,
  });
  const ports = () => ({
    database: openInProcess(source.engine, "SEEDBED"),
    host: openFolderHost(),
    log: recordingLog(),
    clock: CLOCK,
    account: "SEEDBED",
  });
  /** Ends every job first: a job outlives its session, and would write into the folder. */
  const remove = () => {
    source.pump.kill();
    rmSync(folder, { recursive: true });
  };
  return { ...source, folder, ports, remove };
}

export const CLOCK: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, Math.min(milliseconds, 5))),
};

/** A log that remembers what people would have seen. */
export function recordingLog(): Log & { lines: string[]; percents: number[] } {
  const lines: string[] = [];
  const percents: number[] = [];
  return {
    lines,
    percents,
    group: (_title, work) => work(),
    info: (text) => void lines.push(text),
    warn: (text) => void lines.push(text),
    progress: (_subject, progress) => void percents.push(progress.done),
  };
}

/** The demo's seed: some rows of HR.EMPLOYEES, all of OE. */
export function sampleSeed(change: Partial<Seed> = {}): Seed {
  return {
    source: "hr-prod",
    scope: [{ name: "HR", tables: [{ name: "EMPLOYEES", where: "hired > DATE '2020-01-01'" }] }, { name: "OE" }],
    export: { parallel: 1, compression: "none", piece_size: "1Gi" },
    target: { profile: "gvenzl-free", charset: "AL32UTF8" },
    import: {
      remap_schema: {},
      remap_tablespace: {},
      exclude: [],
      allow_codes: [],
      safety: { remove_db_links: true, disable_jobs: true, clear_network_access: true, lock_accounts: true },
      tablespaces: [],
      jobs_kept: [],
      scripts: { pre_import: [], masking: [] },
    },
    ...change,
  };
}

/** For whom the sample export is made. */
export function sampleIdentity(seed: Seed, now = 1_790_000_000_000) {
  const { source, scope, export: options } = seed;
  return { database: "hr", seedInputs: digestOfJson({ source, scope, export: options }), run: "77", now };
}
