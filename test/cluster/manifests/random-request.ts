import { readFileSync } from "node:fs";
import fc from "fast-check";
import { parseRequest } from "../../../src/request/parse-request.ts";
import type { RequestFiles } from "../../../src/request/request.ts";
import { parseSettings } from "../../../src/settings/parse-settings.ts";
import type { Settings, Workloads } from "../../../src/settings/settings.ts";
import { workloadsOf } from "../../../src/settings/workloads-of.ts";
import { readSettingsText } from "../../request/read-example.ts";
import { parse } from "yaml";
import { fromSchema, type Schema } from "./from-schema.ts";

/** A request that Seedbed accepts, with settings that it accepts. */
export interface Configuration {
  files: RequestFiles;
  settings: string;
}

/** Configurations of all that reaches the manifests, at the ends of what is allowed as often as between; a seed gives the same ones everywhere. */
export function randomConfigurations(seed: number, count: number): Configuration[] {
  const drafts = fc.sample(configurations.filter(isSound), { seed, numRuns: count });
  // Each gets a namespace of its own.
  return drafts.map(({ files, settings }, at) => ({
    files: { ...files, database: `${files.database.slice(0, 34)}-n${at}` },
    settings,
  }));
}

function isSound({ files, settings }: Configuration): boolean {
  const parsed = parseSettings(settings, "settings");
  return parsed.ok && parseRequest(files, parsed.value).ok;
}

const DIGEST = `sha256:${"7".repeat(64)}`;
const PROFILES = ["free-26ai", "gvenzl-free", "ee-19c"];

/** A name of 1 to `most` characters of an alphabet: short ones, and one in four as long as is allowed. */
function name(alphabet: string, most: number): fc.Arbitrary<string> {
  const unit = fc.constantFrom(...alphabet.split(""));
  return fc.oneof(
    { weight: 3, arbitrary: fc.string({ unit, minLength: 1, maxLength: Math.min(most, 12) }) },
    { weight: 1, arbitrary: fc.string({ unit, minLength: most, maxLength: most }) },
  );
}

const LOWER = "abcxyz019";
const word = name(LOWER, 63).filter((text) => /^[a-z]/.test(text));
const hyphened = name(`${LOWER}-`, 63).filter((text) => /^[a-z0-9](?:.*[a-z0-9])?$/.test(text));
/** What YAML 1.1 takes for something else than a text. */
const trap = fc.constantFrom("y", "on", "no", "null", "1e3", "0x10", "012", "1_000", "0X0", "1e1_0");

const SCHEMA = JSON.parse(
  readFileSync(new URL("../../../src/settings/schema.json", import.meta.url), "utf8"),
) as Schema;
const DEFS = SCHEMA.$defs!;
const SMALL = { ...(parse(readSettingsText()) as object), sources: {} };
/** Blocks with nothing behind their prefix, as the rules want them. */
const BLOCKS = ["0.0.0.0/0", "10.0.0.0/8", "10.20.0.0/16", "192.168.1.128/25", "10.20.30.40/32"];
const GIVEN = { ...DEFS, block: fc.constantFrom(...BLOCKS) };

/** What the settings may say about how databases run in a cluster: whatever their schema lets through, and so that it fits together. */
const workloads = (fromSchema(DEFS["workloads"]!, GIVEN) as fc.Arbitrary<Loose>).map(fit).filter(takesWorkloads);

interface Loose {
  scheduling?: { node_affinity?: Comparing[]; tolerations?: Comparing[] };
  network?: { service_types?: string[]; source_ranges?: string[] };
}

interface Comparing {
  operator: string;
  value?: string;
  values?: string[];
}

/** An operator that compares has something to compare with and no other has, and an open service has addresses: else few would be sound. */
function fit(drawn: Loose): Loose {
  const fitted = structuredClone(drawn);
  const { scheduling = {}, network = {} } = fitted;
  for (const one of scheduling.tolerations ?? []) {
    if (one.operator === "Equal") one.value ??= "oracle";
    else delete one.value;
  }
  for (const one of scheduling.node_affinity ?? []) {
    if (one.operator === "In" || one.operator === "NotIn") one.values = one.values?.length ? one.values : ["eu-1a"];
    else delete one.values;
  }
  if (network.service_types?.length && !network.source_ranges?.length) network.source_ranges = BLOCKS.slice(0, 2);
  return fitted;
}

const cluster = at(SCHEMA, "clusters").additionalProperties as Schema;
const certificates = ofKind(at(cluster, "certificates"), { "cert-manager": ["issuer"], existing: ["name"] });

const pullSecret = ofKind(at(SCHEMA, "registries", "seeds", "pull_secret"), {
  external: ["store", "key", "property?"],
  existing: ["name"],
});

/** A map whose `kind` decides which other keys it has, one that may be missing with a question mark. */
function ofKind(schema: Schema, kinds: Record<string, string[]>): fc.Arbitrary<Record<string, unknown>> {
  const drafts = fromSchema(schema, DEFS) as fc.Arbitrary<Record<string, unknown>>;
  const keysOf = (draft: Record<string, unknown>) => kinds[String(draft["kind"])]!;
  return drafts
    .filter((draft) => keysOf(draft).every((key) => key.endsWith("?") || draft[key] !== undefined))
    .map((draft) => {
      const keys = ["kind", ...keysOf(draft).map((key) => key.replace("?", ""))];
      return Object.fromEntries(keys.flatMap((key) => (draft[key] === undefined ? [] : [[key, draft[key]]])));
    });
}

function takesWorkloads(one: Loose): boolean {
  const own = { fleet_cluster: "a", projects: { a: "a:p-1" }, secrets: { kind: "existing" }, workloads: one };
  return parseSettings(JSON.stringify({ ...SMALL, clusters: { a: own } }), "settings").ok;
}

function at(schema: Schema, ...keys: string[]): Schema {
  return keys.reduce((inner, key) => inner.properties![key]!, schema);
}

const settings = fc
  .record({
    workloads: fc.option(workloads),
    own: fc.option(workloads),
    login: fc.option(pullSecret),
    certified: fc.option(certificates),
    bases: fc.array(fc.record({ profile: fc.constantFrom(...PROFILES), arm: fc.boolean() }), {
      minLength: 1,
      maxLength: 4,
    }),
    cluster: fc.oneof(
      word,
      trap.filter((text) => /^[a-z0-9]+$/.test(text)),
    ),
    project: word,
    id: fc
      .tuple(
        hyphened,
        word.map((text) => text.slice(0, 60)),
      )
      .map(([cluster, project]) => `${cluster}:p-${project}`),
    store: fc.option(word),
  })
  .map(({ bases, cluster, project, id, store, workloads: ways, own, login, certified }) => {
    const secrets = store === null ? { kind: "existing" } : { kind: "external", store };
    const base = ({ profile, arm }: { profile: string; arm: boolean }): object => ({
      image: `registry.example:5000/base/${profile}@${DIGEST}`,
      platform: arm ? "linux/arm64" : "linux/amd64",
      profile,
    });
    return {
      ...(parse(readSettingsText()) as object),
      bases: Object.fromEntries(bases.map((one, at) => [`base-${at}`, base(one)])),
      registries: { seeds: { repository: "registry.example/dev", ...(login !== null && { pull_secret: login }) } },
      clusters: {
        [cluster]: {
          fleet_cluster: cluster,
          projects: { [project]: id },
          secrets,
          ...(certified !== null && { certificates: certified }),
          ...(ways !== null && { workloads: ways }),
          ...(own !== null && { project_workloads: { [project]: own } }),
        },
      },
    };
  });

const secret = fc.record({
  name: fc.oneof(word, name(`${LOWER}.-`, 253)),
  key: fc.oneof(name("abcXYZ019._-", 253), trap),
});
const user = fc.record({
  name: name("ABCXYZ", 128),
  password_secret: secret,
  roles: fc.subarray(["CONNECT", "RESOURCE", "DBA"]),
});
const clients = fc.array(name(`${LOWER}*-`, 63), { maxLength: 8 });
const memory = fc.oneof(
  fc.integer({ min: 4, max: 1000 }).map((size) => `${size}Gi`),
  fc.integer({ min: 4097, max: 99_999 }).map((size) => `${size}Mi`),
);
const database = fc.record(
  {
    storage: fc.record({
      size: fc.oneof(
        fc.integer({ min: 10, max: 5000 }).map((size) => `${size}Gi`),
        fc.constant("3Ti"),
      ),
      keep_dump: fc.boolean(),
    }),
    resources: fc.record({
      cpu: fc.oneof(
        fc.integer({ min: 1, max: 128 }).map(String),
        fc.integer({ min: 100, max: 9999 }).map((size) => `${size}m`),
      ),
      memory,
    }),
    parameters: fc.dictionary(
      fc.constantFrom("open_cursors", "recyclebin", "optimizer_mode"),
      fc.oneof(fc.integer({ min: 1, max: 999 }), fc.boolean(), trap),
    ),
    users: fc.array(user, { maxLength: 12 }),
    backups: fc.record({
      schedule: fc.constantFrom("0 2 * * *", "*/5 0-6 1-31/2 * 1"),
      keep: fc.integer({ min: 1, max: 100 }),
    }),
    // Where the cluster has no certificates, or the base no orapki, this is no sound request, and another one is drawn.
    access: fc.record({ namespaces: clients, tls: fc.boolean() }, { requiredKeys: ["namespaces"] }),
    scripts: fc.constant({ post_import: ["scripts/after.sql"] }),
    stopped: fc.boolean(),
    expires: fc.constant("2027-02-28"),
    on_failure: fc.constantFrom("exit", "hold"),
  },
  { requiredKeys: ["storage", "resources"] },
);

const after = fc
  .array(
    fc.constantFrom("-- ä 😀", "", "SELECT '{{ .Values.x }}' FROM DUAL;", "\tCOMMIT;", "--- # no YAML", "COMMIT;  "),
    { maxLength: 30 },
  )
  .map((lines) => `${lines.join("\n")}\nCOMMIT;\n`);

const configurations: fc.Arbitrary<Configuration> = fc
  .record({
    settings,
    database,
    name: name(LOWER, 34).map((text) => `a${text}`),
    owner: fc.oneof(
      name("abXY09_", 64).filter((text) => !text.startsWith("_")),
      trap.filter((text) => /^\w+$/.test(text)),
    ),
    base: fc.nat(3),
    chosen: fc.nat(3),
    after,
  })
  .map(({ settings: given, database: target, name: called, owner, base, chosen, after: script }) => {
    const [cluster, { projects }] = Object.entries(given.clusters)[0]!;
    const bases = Object.keys(given.bases);
    const offers = workloadsOf(given as unknown as Settings, { cluster, project: Object.keys(projects)[0]! });
    const request = {
      owner,
      placement: { cluster, project: Object.keys(projects)[0] },
      source_database: { name: "hr-prod", schemas: [{ name: "HR" }] },
      database: { base: bases[base % bases.length], ...target, ...choicesOf(offers, target, chosen) },
    };
    const scripts = "scripts" in target ? { "scripts/after.sql": script } : {};
    return {
      files: { database: called, files: { "database_config.yaml": JSON.stringify(request), ...scripts } },
      settings: JSON.stringify(given),
    };
  });

interface Target {
  storage: object;
  access?: object;
}

/** What a request may choose of what its cluster offers. */
function choicesOf({ storage, network }: Workloads, target: Target, chosen: number): object {
  const classes = storage?.classes ?? [];
  const [types, blocks] = [network?.service_types ?? [], network?.source_ranges ?? []];
  const service = { type: types[chosen % types.length], source_ranges: blocks };
  return {
    ...(classes.length > 0 && { storage: { ...target.storage, class: classes[chosen % classes.length] } }),
    ...(types.length > 0 && chosen > 0 && { access: { ...target.access, service } }),
  };
}
