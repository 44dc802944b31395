import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { renderApplyConfig } from "../../../src/container/apply-config.ts";
import { renderDefaultConfig } from "../../../src/container/default-config.ts";
import { importKey } from "../../../src/container/import-key.ts";
import { renderSeedConfig } from "../../../src/container/seed-config.ts";
import { digestOfJson, type Digest } from "../../../src/crypto/digest.ts";
import { digestImportInputs } from "../../../src/digests/seed.ts";
import type { Lock, Seed } from "../../../src/lock/lock.ts";
import { renderManifests } from "../../../src/manifests/render-manifests.ts";
import type { DatabaseRequest } from "../../../src/request/request.ts";
import type { Settings } from "../../../src/settings/settings.ts";
import { startCluster, type Cluster, type ClusterDatabase } from "../../world/cluster/cluster.ts";
import { BASE_IMAGES } from "../../world/image/profiles.ts";
import { pushImage, tarFolder } from "../../world/image/push.ts";
import { buildBaseRootfs } from "../../world/image/rootfs.ts";
import { startRegistry, type WorldRegistry } from "../../world/registry/registry.ts";
import { makeDump, RAW, type MadeDump } from "./dump.ts";

export type Profile = keyof typeof BASE_IMAGES;

const LOGIN = { username: "node", password: "pull-and-push" };
export const PASSWORD = "Canary_8f1c_password";

/** Masks every address, and can run again. */
export const MASKING = `UPDATE HR.EMPLOYEES SET EMAIL = 'user' || ID || '@dev.example' WHERE EMAIL LIKE '%${RAW}';
UPDATE OE.ORDERS SET CONTACT = 'contact' || ID WHERE CONTACT LIKE '%${RAW}';
COMMIT;
`;

/** What a test changes between two syncs. */
export interface Wish {
  dump: MadeDump;
  digest: string;
  reset: number;
  parameters: Record<string, string | number | boolean>;
  masking: string;
}

/** Registry, cluster and base image of one profile; a database in it is what its last `sync` said. */
export interface SeededWorld {
  cluster: Cluster;
  registry: WorldRegistry;
  folder: string;
  /** Pushes a seed image with a dump set and the runtime as it stands; `damage` may change files before. */
  pushSeed(dump: MadeDump, damage?: (folder: string) => Promise<void>): Promise<string>;
  sync(name: string, wish: Wish): Promise<ClusterDatabase>;
  close(): Promise<void>;
}

const TIMING = {
  POLL_SECONDS: 0.2,
  WATCH_SECONDS: 1,
  HOOK_GRACE_SECONDS: 20,
  PROBE_BASE_SECONDS: 5,
  STOP_SECONDS: 10,
  STOP_JOB_SECONDS: 5,
  MACHINE_STOP_SECONDS: 8,
};

/** How Oracle's own start opens pluggable databases: see test/world/image/start/oracle/oracle-free-26ai. */
export type StartMode = "saved" | "all-open" | "lift";

export async function startSeededWorld(profile: Profile, startMode: StartMode = "saved"): Promise<SeededWorld> {
  const folder = await mkdtemp(join(tmpdir(), "seedbed-e2e-"));
  const registry = await startRegistry({
    users: [{ ...LOGIN, repositories: ["dev/*"], access: "push" }],
    auth: "bearer",
  });
  const base = join(folder, "base");
  await mkdir(base);
  await buildBaseRootfs(base, { profile });
  await writeFile(join(base, ".world/start-mode"), startMode);
  const baseTar = await tarFolder(base);
  const cluster = startCluster({
    folder: join(folder, "cluster"),
    registries: [{ host: registry.host, ...LOGIN }],
    secrets: { "hr-app": { password: PASSWORD } },
    world: { rawMarker: RAW, tableMilliseconds: 25 },
    timing: TIMING,
  });
  const repository = "dev/hr";
  return {
    cluster,
    registry,
    folder,
    pushSeed: async (dump, damage) => {
      const layer = await writeSeedFolder(join(folder, `seed-${registry.counters.manifests.length}`), {
        dump,
        profile,
      });
      await damage?.(layer);
      const { config } = BASE_IMAGES[profile];
      const entry = {
        User: config.User,
        WorkingDir: config.WorkingDir,
        Env: config.Env,
        Entrypoint: ["/opt/seedbed/entrypoint.sh"],
      };
      return (
        await pushImage(
          { host: registry.host, repository, credentials: LOGIN },
          [baseTar, await tarFolder(layer)],
          entry,
        )
      ).digest;
    },
    sync: async (name, wish) => {
      await cluster.sync(name, manifestsOf(name, { wish, profile, repository: `${registry.host}/${repository}` }));
      return cluster.database(name);
    },
    close: async () => {
      await cluster.close();
      await registry.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const RUNTIME = join(import.meta.dirname, "../../../src/container/runtime");

async function writeSeedFolder(folder: string, of: { dump: MadeDump; profile: Profile }): Promise<string> {
  const seedbed = join(folder, "opt/seedbed");
  await mkdir(join(seedbed, "dump"), { recursive: true });
  await cp(RUNTIME, seedbed, { recursive: true });
  for (const { name, bytes } of of.dump.files) await writeFile(join(seedbed, "dump", name), bytes);
  const { config } = BASE_IMAGES[of.profile];
  const command = [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])].map((part) => `${part}\n`).join("");
  const seed = seedOf(of.profile, MASKING);
  const key = importKey({ dumpSet: of.dump.facts.digest, importInputs: digestImportInputs(seed), reset: 0 });
  const texts = [
    ...of.dump.facts.files.map(({ path, text }) => ({ path: `facts/${path}`, text })),
    ...renderDefaultConfig({ database: "hr", importKey: key, dumpSet: of.dump.facts.digest, seed }).map(
      ({ path, text }) => ({ path: `default/${path}`, text }),
    ),
    { path: "default/base-command", text: command },
  ];
  for (const { path, text } of texts) {
    await mkdir(dirname(join(seedbed, path)), { recursive: true });
    await writeFile(join(seedbed, path), text);
  }
  return folder;
}

function seedOf(profile: Profile, masking: string): Seed {
  return {
    source: "hr-prod",
    scope: [{ name: "HR" }, { name: "OE" }],
    export: { parallel: 1, compression: "none", piece_size: "1Gi" },
    target: { profile, charset: "AL32UTF8" },
    import: {
      remap_schema: {},
      remap_tablespace: {},
      exclude: [],
      allow_codes: [],
      safety: { remove_db_links: true, disable_jobs: true, clear_network_access: true, lock_accounts: true },
      tablespaces: [],
      jobs_kept: [],
      scripts: { pre_import: [], masking: [{ path: "scripts/mask.sql", text: masking }] },
    },
  };
}

function manifestsOf(
  database: string,
  from: { wish: Wish; profile: Profile; repository: string },
): ReturnType<typeof renderManifests> {
  const { wish, profile, repository } = from;
  const seed = seedOf(profile, wish.masking);
  const request = requestOf(profile, wish);
  const { digest } = wish.dump.facts;
  const key = importKey({ dumpSet: digest, importInputs: digestImportInputs(seed), reset: wish.reset });
  const lock: Lock = {
    version: 1,
    database,
    generation: 1,
    approval: null,
    seed,
    reset: wish.reset,
    dump_set: { digest, files: 2, bytes: 8192, rows: 0, scn: "88231442", exported_at: "2026-11-22T14:00:00Z" },
    image: { repository, digest: wish.digest as Digest, base: `sha256:${"0".repeat(64)}`, platform: "linux/amd64" },
  };
  return renderManifests({
    database,
    request,
    lock,
    settings: settingsOf(profile),
    wantedSeed: seed,
    requestDigest: digestOfJson(request),
    rendererVersion: "1",
    seedConfig: renderSeedConfig({ database, importKey: key, dumpSet: digest, seed }),
    applyConfig: renderApplyConfig({
      applyInputs: digestOfJson(wish.parameters),
      target: request.database,
      postImport: [],
    }),
  });
}

function requestOf(profile: Profile, wish: Wish): DatabaseRequest {
  return {
    owner: "ada",
    placement: { cluster: "rke-dev", project: "dev-databases" },
    source_database: {
      name: "hr-prod",
      schemas: [{ name: "HR" }, { name: "OE" }],
      export: { parallel: 1, compression: "none", piece_size: "1Gi" },
    },
    database: {
      base: profile,
      storage: { size: "20Gi", keep_dump: true },
      resources: { cpu: "2", memory: "4Gi" },
      import: { remap_schema: {}, remap_tablespace: {}, exclude: [], allow_codes: [] },
      safety: { remove_db_links: true, disable_jobs: true, clear_network_access: true, lock_accounts: true },
      tablespaces: [],
      jobs: { allow: [] },
      parameters: wish.parameters,
      users: [{ name: "APP", password_secret: { name: "hr-app", key: "password" }, roles: ["CONNECT"], grants: [] }],
      scripts: { pre_import: [], masking: ["scripts/mask.sql"], post_import: [] },
      access: { namespaces: ["hr-*"] },
      on_failure: "exit",
    },
  };
}

function settingsOf(profile: Profile): Settings {
  return {
    version: 1,
    platform: { teams: [], users: [] },
    approval: { keys: [], expires_days: 14 },
    sources: {},
    registries: { seeds: { repository: "registry.example/dev", keep_images: 2 } },
    bases: { [profile]: { image: `registry.example/base@sha256:${"0".repeat(64)}`, platform: "linux/amd64", profile } },
    clusters: {
      "rke-dev": {
        fleet_cluster: "rke-dev",
        projects: { "dev-databases": "c-m-1:p-1" },
        secrets: { kind: "existing" },
      },
    },
    policy: { all_schemas: false, inline_sources: true, max_lifetime_days: 180 },
  };
}

/** A wish with nothing special in it. */
export async function plainWish(world: SeededWorld, people = 12): Promise<Wish> {
  const dump = makeDump(people);
  return { dump, digest: await world.pushSeed(dump), reset: 0, parameters: { open_cursors: 500 }, masking: MASKING };
}
