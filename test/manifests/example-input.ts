import type { Lock } from "../../src/lock/lock.ts";
import type { ManifestInput } from "../../src/manifests/manifest-input.ts";
import type { DatabaseRequest } from "../../src/request/request.ts";
import type { Settings } from "../../src/settings/settings.ts";
import { digestOf, exampleLock, exampleSeed } from "../lock/example-lock.ts";

export const exampleRequest: DatabaseRequest = {
  owner: "ada",
  placement: { cluster: "rke-dev", project: "dev-databases" },
  source_database: { name: "hr-prod", schemas: exampleSeed.scope, export: exampleSeed.export },
  database: {
    base: "free-26ai",
    storage: { size: "40Gi", keep_dump: true },
    resources: { cpu: "2", memory: "4Gi" },
    import: {
      remap_schema: {},
      remap_tablespace: { USERS: "DATA" },
      exclude: ["STATISTICS"],
      allow_codes: ["ORA-39082"],
    },
    safety: { ...exampleSeed.import.safety },
    tablespaces: [{ name: "DATA", size: "1Gi", max_size: "8Gi" }],
    jobs: { allow: [] },
    parameters: { open_cursors: 500 },
    users: [
      { name: "APP", password_secret: { name: "hr-app", key: "password" }, roles: ["CONNECT"], grants: [] },
      { name: "REPORT", password_secret: { name: "hr-app", key: "report" }, roles: ["CONNECT"], grants: [] },
    ],
    scripts: { pre_import: [], masking: ["scripts/mask.sql"], post_import: [] },
    backups: { schedule: "0 2 * * *", keep: 3, restore_test: true },
    access: { namespaces: ["hr-web", "hr-*", "batch"] },
    expires: "2027-02-28",
    on_failure: "exit",
  },
};

export const exampleSettings: Settings = {
  version: 1,
  platform: { teams: ["acme/platform"], users: [] },
  approval: { keys: [], expires_days: 14 },
  sources: {},
  registries: { seeds: { repository: "registry.example/dev", keep_images: 2 } },
  bases: {
    "free-26ai": {
      image: `registry.example/base/free@${digestOf("6")}`,
      platform: "linux/amd64",
      profile: "free-26ai",
    },
    "free-small": {
      image: `registry.example/base/gvenzl@${digestOf("c")}`,
      platform: "linux/arm64",
      profile: "gvenzl-free",
    },
  },
  clusters: {
    "rke-dev": {
      fleet_cluster: "rke-dev",
      projects: { "dev-databases": "c-m-1:p-1", sandbox: "c-m-1:p-2" },
      secrets: { kind: "external", store: "vault" },
    },
    lab: { fleet_cluster: "lab", projects: { sandbox: "c-m-2:p-9" }, secrets: { kind: "existing" } },
  },
  policy: { all_schemas: true, inline_sources: false, max_lifetime_days: 180 },
};

const lock: Lock = { ...exampleLock, image: { ...exampleLock.image!, base: digestOf("6") } };

/** A database that is seeded, with an external secret store, users, clients and backups. */
export const hr: ManifestInput = {
  database: "hr",
  request: exampleRequest,
  lock,
  settings: exampleSettings,
  wantedSeed: exampleSeed,
  requestDigest: digestOf("d"),
  rendererVersion: "0.1.0",
  seedConfig: [
    { path: "seed.env", text: "DATABASE=hr\nPDB=FREEPDB1\n" },
    { path: "sql/10-prepare.sql", text: "whenever sqlerror exit sql.sqlcode\n\nprompt 'on'\n  exit\n" },
    { path: "SHA256SUMS", text: `${"0".repeat(64)}  seed.env\n` },
  ],
  applyConfig: [
    { path: "apply.env", text: "ON_FAILURE=exit\n" },
    { path: "sql/10-configure.sql", text: "alter system set open_cursors=500;\n" },
    { path: "schedule", text: "0\t2\t*\t*\t*\tbackup\n" },
    { path: "SHA256SUMS", text: `${"1".repeat(64)}  apply.env\n` },
  ],
};

/** A database that was never seeded, where Secrets exist already and nobody connects from elsewhere. */
export const reports: ManifestInput = {
  ...hr,
  database: "crm-reports",
  request: {
    ...exampleRequest,
    owner: "lin_acme",
    placement: { cluster: "lab", project: "sandbox" },
    database: {
      ...exampleRequest.database,
      base: "free-small",
      storage: { size: "2048Mi", keep_dump: false },
      resources: { cpu: "1500m", memory: "3072Mi" },
      users: [{ name: "Y", password_secret: { name: "on.off", key: "y" }, roles: [], grants: [] }],
      access: { namespaces: [] },
    },
  },
  lock: { version: 1, database: "crm-reports", generation: 0, approval: null, reset: 0 },
  requestDigest: digestOf("e"),
  seedConfig: [],
  applyConfig: [{ path: "apply.env", text: "ON_FAILURE=hold\n" }],
};
delete reports.request.database.expires;
