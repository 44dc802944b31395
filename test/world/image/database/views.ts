import type { Value } from "../engine/ast.ts";
import { OBJECT_VIEWS, type View, type ViewContext } from "./object-views.ts";
import { isTimed } from "./logon.ts";
import type { User } from "./model.ts";
import { effectiveParameter, PARAMETERS } from "./parameters.ts";

const yes = (flag: boolean): string => (flag ? "YES" : "NO");
const isRoot = (context: ViewContext): boolean => context.container.conId === 1;

const PDB_VIEWS: Record<string, View> = {
  V$PDBS: [
    "CON_ID DBID CON_UID GUID NAME OPEN_MODE RESTRICTED TOTAL_SIZE",
    (context) => {
      const visible = context.instance.database.containers
        .slice(1)
        .filter((pdb) => isRoot(context) || pdb === context.container);
      return visible.map((pdb) => {
        const state = context.instance.pdbs.get(pdb.name)!;
        const restricted = state.mode === "MOUNTED" ? null : yes(state.restricted);
        return [
          pdb.conId,
          Number(pdb.dbid),
          Number(pdb.dbid),
          pdb.guid,
          pdb.name,
          state.mode,
          restricted,
          state.mode === "MOUNTED" ? 0 : 1_000_000,
        ];
      });
    },
  ],
  V$CONTAINERS: [
    "CON_ID DBID GUID NAME OPEN_MODE RESTRICTED",
    (context) =>
      context.instance.database.containers
        .filter((at) => isRoot(context) || at === context.container)
        .map((at) => {
          const state =
            at.conId === 1 ? { mode: "READ WRITE", restricted: false } : context.instance.pdbs.get(at.name)!;
          return [at.conId, Number(at.dbid), at.guid, at.name, state.mode, yes(state.restricted)];
        }),
  ],
  DBA_PDB_SAVED_STATES: [
    "CON_ID CON_NAME INSTANCE_NAME CON_UID GUID STATE RESTRICTED",
    (context) =>
      context.instance.database.savedStates.map(({ conName, restricted }) => {
        const pdb = context.instance.database.containers.find(({ name }) => name === conName)!;
        return [pdb.conId, conName, context.instance.sid, Number(pdb.dbid), pdb.guid, "OPEN", yes(restricted)];
      }),
  ],
  DBA_PDBS: [
    "PDB_ID PDB_NAME DBID GUID STATUS",
    (context) =>
      context.instance.database.containers
        .slice(1)
        .map((pdb) => [pdb.conId, pdb.name, Number(pdb.dbid), pdb.guid, "NORMAL"]),
  ],
  PDB_PLUG_IN_VIOLATIONS: ["NAME CAUSE TYPE MESSAGE STATUS ACTION", () => []],
  V$DATABASE: [
    "DBID NAME CDB OPEN_MODE DATABASE_ROLE LOG_MODE CURRENT_SCN FORCE_LOGGING PLATFORM_NAME CON_ID",
    ({ instance }) => [
      [
        Number(instance.database.dbid),
        instance.sid,
        "YES",
        instance.status === "OPEN" ? "READ WRITE" : "MOUNTED",
        "PRIMARY",
        "NOARCHIVELOG",
        (instance.database.scn += 1),
        "NO",
        "Linux x86 64-bit",
        0,
      ],
    ],
  ],
  V$INSTANCE: [
    "INSTANCE_NAME HOST_NAME VERSION VERSION_FULL STATUS LOGINS DATABASE_STATUS",
    (context) => {
      const { instance, container } = context;
      const restricted = isRoot(context) ? instance.restrictedRoot : instance.pdbs.get(container.name)!.restricted;
      const version = instance.database.dbVersion;
      return [
        [
          instance.sid,
          "sandbox",
          `${version.split(".")[0]}.0.0.0.0`,
          version,
          instance.status,
          restricted ? "RESTRICTED" : "ALLOWED",
          "ACTIVE",
        ],
      ];
    },
  ],
  V$SESSION: [
    "SID SERIAL# USERNAME SCHEMANAME STATUS TYPE PROGRAM MODULE CON_ID AUDSID",
    (context) =>
      [...context.instance.sessions]
        .filter((at) => isRoot(context) || at.container === context.container)
        .map((at) => [
          at.id,
          at.serial,
          at.user,
          at.schema,
          at === context.session ? "ACTIVE" : "INACTIVE",
          "USER",
          at.program,
          at.program,
          at.container.conId,
          at.id,
        ]),
  ],
  V$VERSION: [
    "BANNER BANNER_FULL",
    ({ instance }) => [
      [`Oracle Database ${instance.database.dbVersion}`, `Oracle Database ${instance.database.dbVersion}`],
    ],
  ],
  V$TIMEZONE_FILE: [
    "FILENAME VERSION CON_ID",
    ({ instance }) => [[`timezlrg_${instance.database.timeZoneFile}.dat`, instance.database.timeZoneFile, 0]],
  ],
  NLS_DATABASE_PARAMETERS: [
    "PARAMETER VALUE",
    ({ instance }) => [
      ["NLS_CHARACTERSET", instance.database.charset],
      ["NLS_NCHAR_CHARACTERSET", instance.database.nationalCharset],
      ["NLS_LENGTH_SEMANTICS", "BYTE"],
    ],
  ],
  V$SESSION_LONGOPS: ["SID OPNAME SOFAR TOTALWORK MESSAGE", () => []],
  V$DATABASE_BLOCK_CORRUPTION: ["FILE# BLOCK# BLOCKS CORRUPTION_TYPE", () => []],
  V$SERVICES: [
    "NAME CON_ID",
    ({ instance }) => instance.database.containers.slice(2).map((pdb) => [pdb.name.toLowerCase(), pdb.conId]),
  ],
};

const PARAMETER_COLUMNS =
  "NAME TYPE VALUE DISPLAY_VALUE DEFAULT_VALUE ISDEFAULT ISSES_MODIFIABLE ISSYS_MODIFIABLE ISPDB_MODIFIABLE ISMODIFIED CON_ID";

function parameterRows({ instance, container }: ViewContext): Value[][] {
  return Object.entries(PARAMETERS).map(([name, known]) => {
    const value = effectiveParameter(instance.database, container, name);
    const changed = name in container.parameters;
    return [
      name,
      known.type,
      value || null,
      value || null,
      known.initial || null,
      yes(!changed).replace("YES", "TRUE").replace("NO", "FALSE"),
      "TRUE",
      known.system,
      known.pdb ? "TRUE" : "FALSE",
      changed ? "MODIFIED" : "FALSE",
      container.conId,
    ];
  });
}

const STORAGE_VIEWS: Record<string, View> = {
  V$PARAMETER: [PARAMETER_COLUMNS, parameterRows],
  V$SYSTEM_PARAMETER: [PARAMETER_COLUMNS, parameterRows],
  V$SYSTEM_PARAMETER2: [PARAMETER_COLUMNS, parameterRows],
  V$SPPARAMETER: [
    "NAME VALUE ISSPECIFIED",
    ({ container }) =>
      Object.entries(PARAMETERS).map(([name]) => [
        name,
        container.parameters[name] ?? null,
        name in container.parameters ? "TRUE" : "FALSE",
      ]),
  ],
  DBA_TABLESPACES: [
    "TABLESPACE_NAME CONTENTS STATUS BIGFILE BLOCK_SIZE",
    ({ container }) =>
      container.tablespaces.map(({ name, temporary }) => [
        name,
        temporary ? "TEMPORARY" : name.startsWith("UNDO") ? "UNDO" : "PERMANENT",
        "ONLINE",
        "NO",
        8192,
      ]),
  ],
  DBA_DATA_FILES: [
    "FILE_NAME FILE_ID TABLESPACE_NAME BYTES MAXBYTES AUTOEXTENSIBLE STATUS",
    ({ container }) =>
      container.tablespaces
        .filter(({ temporary }) => !temporary)
        .flatMap(({ name, files }, at) =>
          files.map((file) => [file.path, at + 1, name, file.bytes, file.maxBytes, yes(file.autoextend), "AVAILABLE"]),
        ),
  ],
  DBA_TEMP_FILES: [
    "FILE_NAME TABLESPACE_NAME BYTES",
    ({ container }) =>
      container.tablespaces
        .filter(({ temporary }) => temporary)
        .flatMap(({ name, files }) => files.map((file) => [file.path, name, file.bytes])),
  ],
  DBA_FREE_SPACE: [
    "TABLESPACE_NAME BYTES",
    ({ container }) => container.tablespaces.map(({ name }) => [name, 8_388_608]),
  ],
  DBA_TABLESPACE_USAGE_METRICS: [
    "TABLESPACE_NAME USED_SPACE TABLESPACE_SIZE USED_PERCENT",
    ({ container }) => container.tablespaces.map(({ name }) => [name, 256, 4_194_304, 1]),
  ],
  DBA_SEGMENTS: [
    "OWNER SEGMENT_NAME SEGMENT_TYPE TABLESPACE_NAME BYTES",
    ({ container }) =>
      container.tables.map((table) => [
        table.owner,
        table.name,
        "TABLE",
        "USERS",
        65_536 + JSON.stringify(table.rows).length,
      ]),
  ],
  DBA_DIRECTORIES: [
    "OWNER DIRECTORY_NAME DIRECTORY_PATH",
    ({ container }) => container.directories.map(({ name, path }) => ["SYS", name, path]),
  ],
  DBA_TS_QUOTAS: [
    "TABLESPACE_NAME USERNAME BYTES MAX_BYTES",
    ({ container }) =>
      container.users.flatMap((user) => Object.entries(user.quotas).map(([name, max]) => [name, user.name, 0, max])),
  ],
};

const USER_VIEWS: Record<string, View> = {
  DBA_USERS: [
    "USERNAME USER_ID ACCOUNT_STATUS ORACLE_MAINTAINED DEFAULT_TABLESPACE TEMPORARY_TABLESPACE PROFILE COMMON AUTHENTICATION_TYPE",
    ({ container }) =>
      container.users.map((user) => {
        const parts = [user.expired ? "EXPIRED" : "", lockOf(user)].filter(Boolean).join(" & ");
        return [
          user.name,
          user.id,
          parts || "OPEN",
          user.maintained ? "Y" : "N",
          user.tablespace,
          "TEMP",
          user.profile,
          yes(user.maintained),
          user.password === null && !user.maintained ? "NONE" : "PASSWORD",
        ];
      }),
  ],
  DBA_ROLES: [
    "ROLE ORACLE_MAINTAINED COMMON",
    ({ container }) => container.roles.map((role, at) => [role, at < 12 ? "Y" : "N", yes(at < 12)]),
  ],
  DBA_PROFILES: [
    "PROFILE RESOURCE_NAME LIMIT",
    ({ container }) => container.profiles.map((name) => [name, "PASSWORD_LIFE_TIME", "UNLIMITED"]),
  ],
  DBA_ROLE_PRIVS: [
    "GRANTEE GRANTED_ROLE ADMIN_OPTION DEFAULT_ROLE",
    ({ container }) =>
      container.grants
        .filter(({ privilege, on }) => on === null && container.roles.includes(privilege))
        .map(({ grantee, privilege }) => [grantee, privilege, "NO", "YES"]),
  ],
  DBA_SYS_PRIVS: [
    "GRANTEE PRIVILEGE ADMIN_OPTION",
    ({ container }) =>
      container.grants
        .filter(({ privilege, on }) => on === null && !container.roles.includes(privilege))
        .map(({ grantee, privilege }) => [grantee, privilege, "NO"]),
  ],
  DBA_TAB_PRIVS: [
    "GRANTEE OWNER TABLE_NAME PRIVILEGE",
    ({ container }) =>
      container.grants
        .filter(({ on }) => on !== null)
        .map(({ grantee, privilege, on }) => [grantee, on!.split(".")[0]!, on!.split(".")[1]!, privilege]),
  ],
  DBA_DB_LINKS: [
    "OWNER DB_LINK USERNAME HOST",
    ({ container }) => container.links.map((link) => [link.owner, link.name, null, link.host]),
  ],
  DBA_SCHEDULER_JOBS: [
    "OWNER JOB_NAME ENABLED STATE",
    ({ container }) =>
      container.jobs.map((job) => [
        job.owner,
        job.name,
        job.enabled ? "TRUE" : "FALSE",
        job.enabled ? "SCHEDULED" : "DISABLED",
      ]),
  ],
  DBA_SCHEDULER_RUNNING_JOBS: ["OWNER JOB_NAME SESSION_ID", () => []],
  DBA_SCHEDULER_GLOBAL_ATTRIBUTE: [
    "ATTRIBUTE_NAME VALUE",
    ({ container }) => [["SCHEDULER_DISABLED", container.schedulerDisabled ? "TRUE" : null]],
  ],
  DBA_JOBS: ["JOB LOG_USER PRIV_USER SCHEMA_USER BROKEN WHAT", () => []],
  DBA_HOST_ACES: [
    "HOST LOWER_PORT UPPER_PORT ACE_ORDER PRINCIPAL PRINCIPAL_TYPE GRANT_TYPE PRIVILEGE",
    ({ container }) =>
      container.aces.map((ace, at) => [
        ace.host,
        ace.lowerPort,
        ace.upperPort,
        at + 1,
        ace.principal,
        "DATABASE",
        "GRANT",
        ace.privilege,
      ]),
  ],
  DBA_WALLET_ACES: ["WALLET_PATH ACE_ORDER PRINCIPAL PRIVILEGE", () => []],
  DBA_DATAPUMP_JOBS: [
    "OWNER_NAME JOB_NAME OPERATION JOB_MODE STATE DEGREE ATTACHED_SESSIONS",
    ({ container }) =>
      container.dataPumpJobs.map((job) => [job.owner, job.name, job.operation, "FULL", job.state, 1, job.attached]),
  ],
  DBA_DATAPUMP_SESSIONS: ["OWNER_NAME JOB_NAME SESSION_TYPE", () => []],
};

const VIEWS = { ...PDB_VIEWS, ...STORAGE_VIEWS, ...USER_VIEWS, ...OBJECT_VIEWS };
const IN_ANY_STATE = new Set([
  "V$DATABASE",
  "V$INSTANCE",
  "V$PDBS",
  "V$CONTAINERS",
  "V$SESSION",
  "DUAL",
  "V$VERSION",
  "V$PARAMETER",
  "V$SYSTEM_PARAMETER",
]);

/** A dictionary view's columns and rows; undefined when there is none of that name. */
export function readView(
  name: string,
  context: ViewContext,
): { columns: string[]; rows: Record<string, Value>[]; always: boolean } | undefined {
  const bare = name.replace(/^V_\$/, "V$").replace(/^(ALL|CDB)_(?!PDB_SAVED)/, "DBA_");
  const view = VIEWS[bare];
  if (!view || name.startsWith("CDB_")) return undefined;
  const columns = view[0].split(" ");
  const rows = view[1](context).map((row) =>
    Object.fromEntries(columns.map((column, at) => [column, row[at] ?? null])),
  );
  return { columns, rows, always: IN_ANY_STATE.has(bare) };
}

function lockOf(user: User): string {
  if (user.locked) return "LOCKED";
  return isTimed(user) ? "LOCKED(TIMED)" : "";
}
