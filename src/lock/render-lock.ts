import { sortKeys } from "../text/order.ts";
import type { ImportInputs, Lock, Seed } from "./lock.ts";
import { renderYaml } from "../document/render-yaml.ts";

const header = "# Written by Seedbed, never by hand: which dump set and image belong to which inputs.\n";

/** The bytes of seed.lock.yaml: the same lock gives the same text, whatever order its keys had. */
export function renderLock(lock: Lock): string {
  const ordered = {
    version: lock.version,
    database: lock.database,
    generation: lock.generation,
    ...present("last_attempt", lock.last_attempt, (attempt) => pick(attempt, attemptKeys)),
    approval: lock.approval,
    ...present("digests", lock.digests, (digests) => pick(digests, ["seed_inputs", "import_inputs", "runtime"])),
    ...present("seed", lock.seed, orderSeed),
    ...present("dump_set", lock.dump_set, (set) => pick(set, dumpSetKeys)),
    ...present("image", lock.image, (image) => pick(image, ["repository", "digest", "base", "platform"])),
    ...present("volume", lock.volume, (volume) => pick(volume, ["size", "access_mode", "class"])),
    reset: lock.reset,
  };
  return header + renderYaml(ordered, { onOneLine: ["last_attempt", "digests", "dump_set", "image", "volume"] });
}

const attemptKeys = ["generation", "approval", "outcome", "stage", "code", "error", "at", "run"];
const dumpSetKeys = ["digest", "files", "bytes", "rows", "scn", "exported_at"];

/** Lists keep their order, because it is part of the seed; maps with arbitrary keys are sorted bytewise. */
function orderSeed(seed: Seed): unknown {
  return {
    source: seed.source,
    scope: seed.scope.map((schema) => ({
      name: schema.name,
      ...present("tables", schema.tables, (tables) => tables.map((table) => pick(table, ["name", "where"]))),
    })),
    export: pick(seed.export, ["parallel", "compression", "piece_size"]),
    target: pick(seed.target, ["profile", "charset"]),
    import: orderImport(seed.import),
  };
}

function orderImport(inputs: ImportInputs): unknown {
  const script = (entry: object): unknown => pick(entry, ["path", "text"]);
  return {
    remap_schema: sortKeys(inputs.remap_schema),
    remap_tablespace: sortKeys(inputs.remap_tablespace),
    exclude: inputs.exclude,
    allow_codes: inputs.allow_codes,
    safety: pick(inputs.safety, ["remove_db_links", "disable_jobs", "clear_network_access", "lock_accounts"]),
    tablespaces: inputs.tablespaces.map((space) => pick(space, ["name", "size", "max_size"])),
    jobs_kept: inputs.jobs_kept,
    scripts: {
      pre_import: inputs.scripts.pre_import.map(script),
      masking: inputs.scripts.masking.map(script),
    },
  };
}

function present<T>(key: string, value: T | undefined, order: (value: T) => unknown): Record<string, unknown> {
  return value === undefined ? {} : { [key]: order(value) };
}

function pick(value: object, keys: readonly string[]): Record<string, unknown> {
  const record = value as Record<string, unknown>;
  return Object.fromEntries(keys.filter((key) => record[key] !== undefined).map((key) => [key, record[key]]));
}
