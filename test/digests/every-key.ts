import type { ServiceType, Settings } from "../../src/settings/settings.ts";
import { exampleSettings } from "../request/read-example.ts";

const HOST_KEYS = Object.values(exampleSettings().sources).map((source) => source.ssh.host_key);

/** Settings whose clusters offer what a request with every key chooses. */
export function offerEverything({ clusters, bases }: Settings): void {
  // One that can serve TLS.
  bases["free-26ai"]!.profile = "free-26ai";
  const storage = { classes: ["fast", "cheap"] };
  const service_types: ServiceType[] = ["LoadBalancer", "NodePort"];
  for (const cluster of Object.values(clusters)) {
    cluster.workloads = { storage, network: { service_types, source_ranges: ["10.20.0.0/16"] } };
    cluster.certificates = { kind: "existing", name: "oracle-tls" };
  }
}

/** A request that has every key. */
export const FULL = {
  owner: "ada",
  placement: { cluster: "rke-dev", project: "dev-databases" },
  source_database: {
    name: "hr-prod",
    schemas: [{ name: "HR", tables: [{ name: "EMPLOYEES", where: "a = 1" }, { name: "JOBS" }] }, { name: "OE" }] as {
      name: string;
      tables?: { name: string; where?: string }[];
    }[],
    export: { parallel: 1, compression: "none", piece_size: "1Gi" },
    refresh: { schedule: "0 3 * * 1", time_zone: "Europe/Berlin" },
  },
  database: {
    base: "free-26ai",
    storage: { size: "20Gi", class: "fast", keep_dump: true },
    resources: { cpu: "2", memory: "4Gi" },
    import: {
      remap_schema: { HR: "HR_DEV" } as Record<string, string>,
      remap_tablespace: { A: "B" } as Record<string, string>,
      exclude: ["STATISTICS", "GRANT"],
      allow_codes: ["ORA-39082", "ORA-39083"],
    },
    safety: { remove_db_links: true, disable_jobs: true, clear_network_access: true, lock_accounts: true },
    tablespaces: [
      { name: "T1", size: "1Gi", max_size: "2Gi" },
      { name: "T2", size: "1Gi" },
    ] as { name: string; size: string; max_size?: string }[],
    jobs: { allow: ["HR.A", "HR.B"] },
    parameters: { open_cursors: 500 } as Record<string, unknown>,
    users: [
      {
        name: "APP",
        password_secret: { name: "hr-app", key: "password" },
        roles: ["CONNECT", "RESOURCE"],
        grants: ["CREATE TABLE"],
      },
      {
        name: "APP2",
        password_secret: { name: "hr-app", key: "password2" },
        roles: [] as string[],
        grants: [] as string[],
      },
    ],
    scripts: { pre_import: ["scripts/prepare.sql"], masking: ["scripts/mask.sql"], post_import: ["scripts/after.sql"] },
    backups: { schedule: "0 2 * * *", keep: 3, restore_test: true },
    access: {
      namespaces: ["hr-*", "shop"],
      tls: true,
      service: { type: "LoadBalancer", source_ranges: ["10.20.0.0/24", "10.20.1.0/24"] },
    },
    stopped: false,
    expires: "2027-02-28",
    on_failure: "exit",
  },
};

export type Full = typeof FULL;

export const FULL_FILES: Record<string, string> = {
  "scripts/prepare.sql": "COMMIT;\n",
  "scripts/mask.sql": "UPDATE a SET b = 1;\n",
  "scripts/after.sql": "COMMIT;\n",
};

/** The same with its source written out. */
function inline(): Full {
  const { name: _, ...source } = FULL.source_database;
  const ssh = { host: "db1.example", port: 22, user: "dump", host_key: HOST_KEYS[0]! };
  return {
    ...FULL,
    source_database: { ...source, ssh, host: "10.0.0.1", port: 1521, service_name: "HRPDB", directory: "D1" } as never,
  };
}

const CONNECTION = ["ssh.host", "ssh.port", "ssh.user", "ssh.host_key", "host", "port", "service_name", "directory"];

/** Keys that are tested in a request whose source is written out: in a named one they may only repeat. */
export const INLINE: Record<string, Full> = Object.fromEntries(
  CONNECTION.map((key) => [`source_database.${key}`, inline()]),
);

type Pairs = [unknown, unknown][];

/** One pair of requests, before and after a change at a path such as `database.users.0.name`. */
function set(path: string, value: unknown): (full: Full) => Pairs {
  return (full) => {
    const after = structuredClone(full);
    const steps = path.split(".");
    const parent = steps
      .slice(0, -1)
      .reduce<unknown>((now, step) => (now as Record<string, unknown>)[step], after) as Record<string, unknown>;
    if (value === undefined) delete parent[steps.at(-1)!];
    else parent[steps.at(-1)!] = value;
    return [[full, after]];
  };
}

function both(...changes: ((full: Full) => Pairs)[]): (full: Full) => Pairs {
  return (full) => changes.flatMap((change) => change(structuredClone(full)));
}

/** For every key, changes of it: what is set, set otherwise, and where it can be, taken away. */
export const CHANGES: Record<string, (full: Full) => Pairs> = {
  owner: set("owner", "grace"),
  "placement.cluster": set("placement.cluster", "rke-test"),
  "placement.project": set("placement.project", "shop"),
  "source_database.name": set("source_database.name", "orders-prod"),
  "source_database.ssh.host": set("source_database.ssh.host", "db2.example"),
  "source_database.ssh.port": set("source_database.ssh.port", 2222),
  "source_database.ssh.user": set("source_database.ssh.user", "other"),
  "source_database.ssh.host_key": set("source_database.ssh.host_key", HOST_KEYS[1]),
  "source_database.host": set("source_database.host", "10.0.0.2"),
  "source_database.port": set("source_database.port", 1522),
  "source_database.service_name": set("source_database.service_name", "CRM"),
  "source_database.directory": set("source_database.directory", "D2"),
  "source_database.schemas[].name": set("source_database.schemas.1.name", "PAY"),
  "source_database.schemas[].tables[].name": both(
    set("source_database.schemas.0.tables.1.name", "JOBS2"),
    set("source_database.schemas.0.tables", undefined),
  ),
  "source_database.schemas[].tables[].where": both(
    set("source_database.schemas.0.tables.0.where", "a = 2"),
    set("source_database.schemas.0.tables.0.where", undefined),
  ),
  "source_database.export.parallel": set("source_database.export.parallel", 2),
  "source_database.export.compression": set("source_database.export.compression", "metadata_only"),
  "source_database.export.piece_size": set("source_database.export.piece_size", "2Gi"),
  "source_database.refresh.schedule": both(
    set("source_database.refresh.schedule", "0 4 * * 1"),
    set("source_database.refresh", undefined),
  ),
  "source_database.refresh.time_zone": set("source_database.refresh.time_zone", "UTC"),
  "database.base": set("database.base", "ee-19c"),
  "database.storage.size": set("database.storage.size", "30Gi"),
  "database.storage.class": both(set("database.storage.class", "cheap"), set("database.storage.class", undefined)),
  "database.storage.keep_dump": set("database.storage.keep_dump", false),
  "database.resources.cpu": set("database.resources.cpu", "1"),
  "database.resources.memory": set("database.resources.memory", "5Gi"),
  "database.import.remap_schema.<name>": both(
    set("database.import.remap_schema.HR", "HR2"),
    set("database.import.remap_schema", {}),
  ),
  "database.import.remap_tablespace.<name>": set("database.import.remap_tablespace.A", "C"),
  "database.import.exclude[]": set("database.import.exclude.0", "INDEX"),
  "database.import.allow_codes[]": set("database.import.allow_codes", []),
  "database.safety.remove_db_links": set("database.safety.remove_db_links", false),
  "database.safety.disable_jobs": set("database.safety.disable_jobs", false),
  "database.safety.clear_network_access": set("database.safety.clear_network_access", false),
  "database.safety.lock_accounts": set("database.safety.lock_accounts", false),
  "database.tablespaces[].name": set("database.tablespaces.0.name", "T3"),
  "database.tablespaces[].size": set("database.tablespaces.0.size", "2Gi"),
  "database.tablespaces[].max_size": set("database.tablespaces.0.max_size", undefined),
  "database.jobs.allow[]": set("database.jobs.allow.0", "HR.C"),
  "database.parameters.<name>": both(
    set("database.parameters.open_cursors", 501),
    set("database.parameters.cursor_sharing", "FORCE"),
  ),
  "database.users[].name": set("database.users.0.name", "APP3"),
  "database.users[].password_secret.name": set("database.users.0.password_secret.name", "other"),
  "database.users[].password_secret.key": set("database.users.0.password_secret.key", "other"),
  "database.users[].roles[]": set("database.users.0.roles", []),
  "database.users[].grants[]": set("database.users.0.grants.0", "CREATE VIEW"),
  "database.scripts.pre_import[]": set("database.scripts.pre_import", []),
  "database.scripts.masking[]": set("database.scripts.masking", []),
  "database.scripts.post_import[]": set("database.scripts.post_import", []),
  "database.backups.schedule": both(set("database.backups.schedule", "0 5 * * *"), set("database.backups", undefined)),
  "database.backups.keep": set("database.backups.keep", 4),
  "database.backups.restore_test": set("database.backups.restore_test", false),
  "database.access.tls": both(set("database.access.tls", false), set("database.access.tls", undefined)),
  "database.access.service.type": both(
    set("database.access.service.type", "NodePort"),
    set("database.access.service", undefined),
  ),
  "database.access.service.source_ranges[]": set("database.access.service.source_ranges", ["10.20.0.0/24"]),
  "database.stopped": both(set("database.stopped", true), set("database.stopped", undefined)),
  "database.access.namespaces[]": set("database.access.namespaces", []),
  "database.expires": both(set("database.expires", "2027-03-01"), set("database.expires", undefined)),
  "database.on_failure": set("database.on_failure", "hold"),
};
