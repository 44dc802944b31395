import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { startCluster, type Cluster } from "./cluster/cluster.ts";
import { pushBaseImage, type PushedImage, type PushTarget } from "./image/push.ts";
import { createSourceDatabase, type SimulatedSource } from "./oracle/database/create-source-database.ts";
import { EXPORT_PRIVILEGES, EXPORT_ROLES, type SourceSettings } from "./oracle/database/options.ts";
import { sampleSchemas } from "./oracle/database/sample-data.ts";
import { startTnsServer, type TnsServer } from "./oracle/tns/server.ts";
import { startRegistry, type WorldRegistry } from "./registry/registry.ts";
import { startSshHost, type SshWorldHost } from "./ssh/host.ts";
import { generateKeys } from "./ssh/keys.ts";
import { CANARIES } from "./canaries.ts";
import { countWorld, type WorldCounts } from "./counts.ts";

export interface WorldOptions {
  /** Everything that the world keeps lies below it. */
  folder: string;
  source?: Partial<SourceSettings>;
  /** Pause of the stand-in import after each table, so that a person can see it. */
  tableMilliseconds?: number;
  /** Pushes another base image than the usual one, which only runs in the stand-in cluster. */
  pushBase?: (target: PushTarget) => Promise<PushedImage>;
}

/** Source, SSH host, registry and cluster, on loopback ports. */
export interface World {
  folder: string;
  source: SimulatedSource;
  listener: TnsServer;
  ssh: SshWorldHost;
  registry: WorldRegistry;
  cluster: Cluster;
  /** Digest of the base image in the registry. */
  baseDigest: string;
  /** Where the source writes dump files. */
  dumpFolder: string;
  /** Secrets of the command line, as environment variables. */
  environment: Record<string, string>;
  /** Private key text, as the Action gets it. */
  privateKey: string;
  counts(): Promise<WorldCounts>;
  close(): Promise<void>;
}

const SOURCE_USER = "SEEDBED_EXPORT";

/** Starts everything but GitHub. The demo and the end-to-end tests live in the same world. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const { folder } = options;
  const dumpFolder = join(folder, "source", "dump");
  await mkdir(dumpFolder, { recursive: true });
  const source = createSourceDatabase({
    accounts: {
      [SOURCE_USER]: {
        password: CANARIES.sourcePassword,
        privileges: EXPORT_PRIVILEGES,
        roles: EXPORT_ROLES,
        directories: { SEEDBED_DIR: ["READ", "WRITE"] },
      },
    },
    services: ["HRPDB"],
    directories: { SEEDBED_DIR: dumpFolder },
    schemas: sampleSchemas(),
    ...(options.source ? { settings: options.source } : {}),
  });
  const listener = await startTnsServer({ engine: source.engine });
  const keys = await generateKeys(CANARIES.sshPassphrase);
  const ssh = await startSshHost({
    folders: { [dumpFolder]: dumpFolder },
    user: "dump",
    authorizedKeys: [keys.public],
    forwardTargets: { "127.0.0.1:1521": listener.port },
  });
  const registry = await startRegistry({ users: registryUsers(), auth: "bearer", folder: join(folder, "registry") });
  const { pushBase = (target) => pushBaseImage(target, "gvenzl-free") } = options;
  const base = await pushBase({
    host: registry.host,
    repository: "base/free",
    credentials: { username: "platform", password: "platform-secret" },
  });
  const cluster = startCluster({
    folder: join(folder, "cluster"),
    registries: [{ host: registry.host, username: "puller", password: CANARIES.pullPassword }],
    secrets: { "hr-app": { password: CANARIES.appPassword } },
    world: {
      rawMarker: "@corp.example",
      ...(options.tableMilliseconds ? { tableMilliseconds: options.tableMilliseconds } : {}),
    },
    timing: { WATCH_SECONDS: 1, POLL_SECONDS: 0.2, STOP_SECONDS: 20, STOP_JOB_SECONDS: 3, MACHINE_STOP_SECONDS: 5 },
  });
  const environment = {
    SEEDBED_SSH_PRIVATE_KEY: keys.private,
    SEEDBED_SSH_PASSPHRASE: CANARIES.sshPassphrase,
    SEEDBED_SOURCE_USER: SOURCE_USER,
    SEEDBED_SOURCE_PASSWORD: CANARIES.sourcePassword,
    SEEDBED_REGISTRY_USERNAME: "seeder",
    SEEDBED_REGISTRY_PASSWORD: CANARIES.registryPassword,
    SEEDBED_BASE_USERNAME: "base-reader",
    SEEDBED_BASE_PASSWORD: CANARIES.basePassword,
    SEEDBED_INSECURE_REGISTRIES: registry.host,
  };
  const parts = { folder, source, listener, ssh, registry, cluster };
  return {
    ...parts,
    baseDigest: base.digest,
    dumpFolder,
    environment,
    privateKey: keys.private,
    counts: () => countWorld(parts),
    close: async () => {
      await cluster.close();
      await Promise.all([ssh.close(), listener.close(), registry.close()]);
    },
  };
}

/** Removes a world's folder; a container's processes may still be letting go of it. */
export async function removeWorld(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

function registryUsers() {
  return [
    { username: "platform", password: "platform-secret", repositories: ["base/*"], access: "push" as const },
    { username: "base-reader", password: CANARIES.basePassword, repositories: ["base/*"], access: "pull" as const },
    {
      username: "seeder",
      password: CANARIES.registryPassword,
      repositories: ["dev/*", "base/*"],
      access: "push" as const,
    },
    { username: "puller", password: CANARIES.pullPassword, repositories: ["dev/*", "base/*"], access: "pull" as const },
  ];
}
