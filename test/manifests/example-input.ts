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

/** Settings that decide everything that they can about the databases of a cluster, and of one of its projects. */
export const platformSettings: Settings = {
  ...exampleSettings,
  registries: {
    seeds: {
      ...exampleSettings.registries.seeds,
      pull_secret: { kind: "external", store: "vault", key: "registries/pull-seeds", property: "login" },
    },
  },
  clusters: {
    "rke-dev": {
      ...exampleSettings.clusters["rke-dev"]!,
      workloads: {
        scheduling: {
          node_selector: { "example.com/pool": "oracle" },
          node_affinity: [
            { key: "topology.kubernetes.io/zone", operator: "In", values: ["eu-1a", "eu-1b"] },
            { key: "example.com/spot", operator: "DoesNotExist" },
          ],
          spread: "kubernetes.io/hostname",
          tolerations: [
            { key: "dedicated", operator: "Equal", value: "oracle", effect: "NoSchedule" },
            { key: "example.com/drain", operator: "Exists" },
          ],
          priority_class: "development",
        },
        storage: { class: "fast", classes: ["cheap"], access_mode: "ReadWriteOncePod" },
        metadata: {
          labels: { "example.com/cost-centre": "4711", "example.com/area": "data" },
          annotations: { "backup.velero.io/backup-volumes": "oradata" },
        },
        network: {
          client_namespaces: ["monitoring"],
          service_types: ["LoadBalancer", "NodePort"],
          source_ranges: ["10.20.0.0/16"],
          service_annotations: { "metallb.io/address-pool": "internal" },
        },
      },
      project_workloads: {
        "dev-databases": {
          scheduling: { node_selector: { "example.com/disk": "nvme" }, priority_class: "databases" },
          metadata: { labels: { "example.com/cost-centre": "0815" } },
          project_quota: ["limitsMemory", "limitsCpu", "requestsStorage", "pods", "servicesLoadBalancers"],
        },
      },
    },
  },
};

/** A new database on such a cluster, open to addresses outside of it. */
export const placed: ManifestInput = {
  ...hr,
  database: "shop",
  settings: platformSettings,
  request: {
    ...exampleRequest,
    database: {
      ...exampleRequest.database,
      storage: { size: "40Gi", class: "cheap", keep_dump: true },
      access: {
        namespaces: ["shop-web"],
        service: { type: "LoadBalancer", source_ranges: ["10.20.30.0/24", "10.20.4.0/24"] },
      },
    },
  },
  lock: { version: 1, database: "shop", generation: 0, approval: null, reset: 0 },
  requestDigest: digestOf("f"),
  seedConfig: [],
};
