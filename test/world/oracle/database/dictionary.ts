import type { Answer, Column, Value } from "../engine.ts";
import { OBJECT_PATHS } from "./datapump/object-paths.ts";
import type { DataPump } from "./datapump/pump.ts";
import type { SourceAccount, SourceOptions, SourceSettings } from "./options.ts";
import type { SourceData, SourceTable } from "./source-data.ts";

export interface Asker {
  user: string;
  account: SourceAccount;
  options: SourceOptions;
  settings: SourceSettings;
  data: SourceData;
  pump: DataPump;
}

type Rows = readonly (readonly Value[])[];
interface View {
  columns: readonly string[];
  rows(asker: Asker, binds: ReadonlyMap<string, Value>): Rows;
}

const TABLESPACE = "USERS";

/** Answers by tag. Columns whose names begin with # hold numbers. */
const ANSWERS: Record<string, View> = {
  "seedbed:instance": { columns: ["VERSION", "STATUS"], rows: ({ settings }) => [[settings.version, "OPEN"]] },
  "seedbed:full-version": { columns: ["VERSION_FULL"], rows: ({ settings }) => [[settings.fullVersion]] },
  "seedbed:database": {
    columns: ["DBID", "NAME", "OPEN_MODE", "DATABASE_ROLE"],
    rows: ({ settings }) => [[settings.dbid, settings.name, settings.openMode, settings.role]],
  },
  "seedbed:scn": {
    columns: ["SCN", "TAKEN_AT"],
    rows: ({ data }) => [[String(data.scn), new Date().toISOString().replace(/\.\d+Z$/, "Z")]],
  },
  "seedbed:character-sets": {
    columns: ["PARAMETER", "VALUE"],
    rows: ({ settings }) => [
      ["NLS_CHARACTERSET", settings.charset],
      ["NLS_NCHAR_CHARACTERSET", settings.nationalCharset],
    ],
  },
  "seedbed:time-zone-file": { columns: ["#VERSION"], rows: ({ settings }) => [[settings.timeZoneFile]] },
  "seedbed:object-paths": {
    columns: ["JOB_MODE", "OBJECT_PATH"],
    rows: () => Object.entries(OBJECT_PATHS).flatMap(([mode, paths]) => paths.map((path) => [mode, path])),
  },
  "seedbed:account": { columns: ["USERNAME", "DEFAULT_TABLESPACE"], rows: ({ user }) => [[user, TABLESPACE]] },
  "seedbed:privileges": {
    columns: ["PRIVILEGE"],
    rows: ({ account }) => (account.privileges ?? []).map((one) => [one]),
  },
  "seedbed:roles": { columns: ["ROLE"], rows: ({ account }) => (account.roles ?? []).map((one) => [one]) },
  "seedbed:quotas": {
    columns: ["TABLESPACE_NAME", "#BYTES", "#MAX_BYTES"],
    rows: ({ account }) => (account.quota === undefined ? [] : [[TABLESPACE, 0, account.quota]]),
  },
  "seedbed:directories": {
    columns: ["DIRECTORY_NAME", "DIRECTORY_PATH"],
    rows: (asker) => usableDirectories(asker).map((name) => [name, asker.options.directories[name]!]),
  },
  "seedbed:directory-privileges": {
    columns: ["PRIVILEGE"],
    rows: (asker, binds) => {
      const name = String(binds.get("DIRECTORY"));
      if (!(name in asker.options.directories)) return [];
      return (asker.account.directories?.[name] ?? (asker.account.directories ? [] : ["READ", "WRITE"])).map((one) => [
        one,
      ]);
    },
  },
  "seedbed:schemas": {
    columns: ["USERNAME", "ORACLE_MAINTAINED"],
    rows: ({ data, options }) => [
      ...[...data.schemas].map(([name, schema]) => [name, schema.oracle ? "Y" : "N"]),
      ...Object.keys(options.accounts)
        .filter((name) => !data.schemas.has(name))
        .map((name) => [name, "N"]),
    ],
  },
  "seedbed:tables": {
    columns: ["TABLE_NAME"],
    rows: ({ data }, binds) => tablesOf(data, binds).map((table) => [table.name]),
  },
  "seedbed:sizes": {
    columns: ["TABLE_NAME", "#BYTES"],
    // A segment has at least eight blocks of 8 KiB.
    rows: ({ data }, binds) =>
      tablesOf(data, binds).map((table) => [table.name, Math.max(65536, table.rows.length * 128)]),
  },
  "seedbed:foreign-keys": {
    columns: ["TABLE_NAME", "CONSTRAINT_NAME", "R_OWNER", "R_TABLE"],
    rows: ({ data }, binds) =>
      tablesOf(data, binds).flatMap((table) =>
        (table.definition.foreignKeys ?? []).map((key) => [
          table.name,
          key.name,
          key.refersTo.owner,
          key.refersTo.table,
        ]),
      ),
  },
  "seedbed:policies": {
    columns: ["OBJECT_NAME", "POLICY_NAME"],
    rows: ({ data }, binds) =>
      tablesOf(data, binds).flatMap((table) => (table.definition.policies ?? []).map((name) => [table.name, name])),
  },
  "seedbed:redactions": {
    columns: ["OBJECT_NAME", "POLICY_NAME"],
    rows: ({ data }, binds) =>
      tablesOf(data, binds).flatMap((table) => (table.definition.redactions ?? []).map((name) => [table.name, name])),
  },
  "seedbed:encrypted-tables": {
    columns: ["TABLE_NAME"],
    rows: ({ data }, binds) =>
      tablesOf(data, binds)
        .filter((table) => table.definition.encrypted !== undefined)
        .map((table) => [table.name]),
  },
  "seedbed:invalid-objects": {
    columns: ["OBJECT_TYPE", "OBJECT_NAME"],
    rows: ({ data }, binds) =>
      data.objects
        .filter((object) => object.owner === binds.get("OWNER") && object.status === "INVALID")
        .map((object) => [object.type, object.name]),
  },
  "seedbed:live-exports": {
    columns: ["PREFIX"],
    rows: ({ pump, user }) =>
      pump
        .actions(user)
        .filter((action) => action.startsWith("SEEDBED_"))
        .map((action) => [action]),
  },
  "seedbed:our-jobs": {
    columns: ["JOB_NAME", "JOB_MODE", "STATE", "#ATTACHED_SESSIONS"],
    rows: ({ pump, user }) =>
      pump.jobs
        .filter((job) => job.owner === user && job.name.startsWith("SEEDBED_"))
        .map((job) => [job.name, job.mode, job.state, pump.attached(job)]),
  },
};

/** The rows of one of Seedbed's tagged queries; null for a tag without an answer. */
export function answerQuery(tag: string, asker: Asker, binds: ReadonlyMap<string, Value>): Answer | null {
  const view = ANSWERS[tag];
  if (view === undefined) return null;
  const columns = view.columns.map((name): Column =>
    name.startsWith("#") ? { name: name.slice(1), type: "number" } : { name, type: "text", maxBytes: 4000 },
  );
  return { kind: "rows", columns, rows: view.rows(asker, binds).map((row) => [...row]) };
}

function tablesOf(data: SourceData, binds: ReadonlyMap<string, Value>): SourceTable[] {
  return [...data.tables.values()].filter((table) => table.owner === binds.get("OWNER"));
}

function usableDirectories(asker: Asker): string[] {
  const all = Object.keys(asker.options.directories);
  const granted = asker.account.directories;
  return granted === undefined ? all : all.filter((name) => (granted[name]?.length ?? 0) > 0);
}
