import { randomBytes } from "node:crypto";
import type { Container, Database, Tablespace, User } from "./model.ts";

/** What a base image's own database looks like. */
export interface DatabaseKind {
  sid: string;
  pdb: string;
  dbVersion: string;
  charset: string;
  timeZoneFile: number;
  /** Parameters of the root that differ from Oracle's defaults. */
  parameters: Record<string, string>;
  /** 12.2 to 19c have a link of Oracle's own, SYS.SYS_HUB, in every container. */
  hubLink?: true;
  /** Of SYSTEM and PDBADMIN; none where nobody knows it. */
  password?: string;
}

const MAINTAINED = ["SYS", "SYSTEM", "OUTLN", "XDB", "CTXSYS", "DBSNMP", "AUDSYS", "OPS$ORACLE", "PDBADMIN"];
const ROLES = [
  "CONNECT",
  "RESOURCE",
  "DBA",
  "SELECT_CATALOG_ROLE",
  "DATAPUMP_IMP_FULL_DATABASE",
  "DATAPUMP_EXP_FULL_DATABASE",
  "EXP_FULL_DATABASE",
  "IMP_FULL_DATABASE",
  "EXECUTE_CATALOG_ROLE",
  "SCHEDULER_ADMIN",
  "AQ_ADMINISTRATOR_ROLE",
  "DB_DEVELOPER_ROLE",
];

/** A new database with its root, seed and one pluggable database that opens with the instance. */
export function createDatabase(kind: DatabaseKind): Database {
  const folder = `/opt/oracle/oradata/${kind.sid}`;
  const root = createContainer(1, "CDB$ROOT", folder);
  root.parameters = kind.parameters;
  const containers = [
    root,
    createContainer(2, "PDB$SEED", `${folder}/pdbseed`),
    createContainer(3, kind.pdb, `${folder}/${kind.pdb}`),
  ];
  for (const container of containers) finishContainer(container, kind);
  return {
    version: 1,
    sid: kind.sid,
    dbid: String(1_400_000_000 + (randomBytes(4).readUInt32BE() % 99_999_999)),
    dbVersion: kind.dbVersion,
    charset: kind.charset,
    nationalCharset: "AL16UTF16",
    timeZoneFile: kind.timeZoneFile,
    scn: 2_100_000,
    containers,
    savedStates: [{ conName: kind.pdb, restricted: false }],
  };
}

function finishContainer(container: Container, { sid, hubLink, password }: DatabaseKind): void {
  container.directories = [{ name: "DATA_PUMP_DIR", path: `/opt/oracle/admin/${sid}/dpdump` }];
  if (hubLink) container.links = [{ owner: "SYS", name: "SYS_HUB", host: "SEEDDATA" }];
  for (const user of container.users) if (["SYSTEM", "PDBADMIN"].includes(user.name)) user.password = password ?? null;
}

function createContainer(conId: number, name: string, folder: string): Container {
  return {
    conId,
    name,
    guid: randomBytes(16).toString("hex").toUpperCase(),
    dbid: String(2_000_000_000 + (randomBytes(4).readUInt32BE() % 99_999_999)),
    users: MAINTAINED.filter((user) => user !== "PDBADMIN" || conId === 3).map(maintainedUser),
    roles: ROLES,
    profiles: ["DEFAULT"],
    grants: [
      { grantee: "SYSTEM", privilege: "DBA", on: null },
      { grantee: "OPS$ORACLE", privilege: "CREATE SESSION", on: null },
      // The health checks' user; Oracle's images grant it two views only.
      { grantee: "OPS$ORACLE", privilege: "SELECT_CATALOG_ROLE", on: null },
      { grantee: "PDBADMIN", privilege: "CREATE SESSION", on: null },
    ],
    tablespaces: tablespaces(folder),
    directories: [],
    links: [],
    jobs: [{ owner: "SYS", name: "PURGE_LOG", enabled: true }],
    schedulerDisabled: false,
    aces: [],
    parameters: {},
    tables: [],
    objects: [],
    dataPumpJobs: [],
  };
}

function maintainedUser(name: string, index: number): User {
  const locked = !["SYS", "SYSTEM", "OPS$ORACLE", "PDBADMIN"].includes(name);
  const tablespace = ["SYS", "SYSTEM"].includes(name) ? "SYSTEM" : "USERS";
  return {
    id: index,
    name,
    password: null,
    locked,
    expired: false,
    maintained: name !== "PDBADMIN",
    tablespace,
    profile: "DEFAULT",
    quotas: {},
  };
}

function tablespaces(folder: string): Tablespace[] {
  return ["SYSTEM", "SYSAUX", "UNDOTBS1", "USERS", "TEMP"].map((name) => ({
    name,
    temporary: name === "TEMP",
    files: [
      {
        path: `${folder}/${name.toLowerCase().replace(/^(temp|users|system|sysaux)$/, "$101")}.dbf`,
        bytes: 10_485_760,
        maxBytes: 34_359_721_984,
        autoextend: true,
      },
    ],
  }));
}
