import type { Digest } from "../crypto/digest.ts";
import { SeedbedError } from "../problem/error.ts";
import type { ImportInputs, Seed } from "../lock/lock.ts";
import type { RenderedFile } from "../manifests/rendered-file.ts";
import { compareBytes } from "../text/order.ts";
import { PROFILES } from "../profiles/profiles.ts";
import { renderEnv, renderRows, renderScripts, withSums } from "./config-files.ts";
import { renderAllowCodes, renderImportParfile } from "./import-parfile.ts";
import { sqlName, sqlSize } from "./sql-text.ts";

/** What the ConfigMap `seed` is rendered from. */
export interface SeedConfigInput {
  database: string;
  importKey: Digest;
  dumpSet: Digest;
  seed: Seed;
}

/** The files of the ConfigMap `seed`: everything that decides the result of an import, read once per start. */
export function renderSeedConfig({ database, importKey, dumpSet, seed }: SeedConfigInput): RenderedFile[] {
  const inputs = seed.import;
  const profile = seed.target.profile;
  return withSums([
    {
      path: "seed.env",
      text: renderEnv({
        IMPORT_KEY: importKey,
        DUMP_SET: dumpSet,
        DATABASE: database,
        PROFILE: profile,
        PDB: PROFILES[profile].pluggableDatabase,
        ...renderSafety(inputs),
      }),
    },
    { path: "import-01.par", text: renderImportParfile(inputs) },
    { path: "allow-codes", text: renderAllowCodes(inputs.allow_codes) },
    ...renderRows("owners.tsv", renderOwners(seed)),
    ...renderRows("remap.tsv", sorted(Object.entries(inputs.remap_schema))),
    ...renderRows("restricted.tsv", renderRestricted(seed)),
    ...renderRows("tablespaces.tsv", inputs.tablespaces.map(renderTablespace)),
    ...renderRows("jobs-kept", sorted(inputs.jobs_kept.map((job) => [job]))),
    ...renderScripts("prepare", inputs.scripts.pre_import, 10),
    ...renderScripts("secure", inputs.scripts.masking, 10),
  ]);
}

function renderSafety({ safety }: ImportInputs): Record<string, string> {
  const yes = (value: boolean): string => (value ? "yes" : "no");
  return {
    REMOVE_DB_LINKS: yes(safety.remove_db_links),
    DISABLE_JOBS: yes(safety.disable_jobs),
    CLEAR_NETWORK_ACCESS: yes(safety.clear_network_access),
    LOCK_ACCOUNTS: yes(safety.lock_accounts),
  };
}

/** Schemas with their names in the target. An empty scope means all: the container then takes them from the facts. */
function renderOwners({ scope, import: { remap_schema } }: Seed): string[][] {
  const rows = scope.map(({ name }) => [name, Object.hasOwn(remap_schema, name) ? remap_schema[name]! : name]);
  rows.flat().forEach(sqlName);
  return sorted(rows);
}

/** Tables of which only some rows come: foreign keys to the others are impossible here. */
function renderRestricted({ scope }: Seed): string[][] {
  const rows = scope.flatMap(({ name, tables = [] }) =>
    tables.filter(({ where }) => where !== undefined).map((table) => [name, table.name]),
  );
  return sorted(rows);
}

function renderTablespace({ name, size, max_size }: ImportInputs["tablespaces"][number]): string[] {
  // The name is also used as a file name.
  if (!/^[A-Z][A-Z0-9_$#]{0,29}$/.test(name))
    throw new SeedbedError("tablespace-name-refused", `${JSON.stringify(name)} is not a valid tablespace name here.`, {
      fix: "Use at most 30 upper-case letters, digits and underscores.",
    });
  return [name, sqlSize(size), max_size === undefined ? "UNLIMITED" : sqlSize(max_size)];
}

function sorted(rows: string[][]): string[][] {
  return rows.toSorted((a, b) => compareBytes(a.join("\t"), b.join("\t")));
}
