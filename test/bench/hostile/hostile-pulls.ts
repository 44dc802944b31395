import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Edits } from "../../world/github/person.ts";

const TOP = join(import.meta.dirname, "../../..");
const EXAMPLE = readFileSync(join(TOP, "environments/hr/database_config.yaml"), "utf8");
const MASK = readFileSync(join(TOP, "environments/hr/scripts/mask.sql"), "utf8");
const KIB = 1024;
const MIB = 1024 * KIB;

/** A request that a person means, with its script. */
export function honestRequest(database: string): Edits {
  return requestOf(database, EXAMPLE);
}

function requestOf(database: string, text: string, script = MASK): Edits {
  const folder = `environments/${database}`;
  return { [`${folder}/database_config.yaml`]: text, [`${folder}/scripts/mask.sql`]: script };
}

function repeat(bytes: number, part: (number: number) => string): string {
  const parts: string[] = [];
  for (let [length, number] = [0, 0]; length < bytes; number += 1) {
    parts.push(part(number));
    length += parts.at(-1)!.length;
  }
  return parts.join("").slice(0, bytes);
}

function many(count: number, edits: (number: number) => Edits): Edits {
  return Object.assign({}, ...Array.from({ length: count }, (_, number) => edits(number))) as Edits;
}

/** Seven thousand keys that nobody knows, within the size of a request. */
function manyKeys(database: string): Edits {
  return requestOf(
    database,
    repeat(64 * KIB, (number) => `k${number}: 1\n`),
  );
}

/** Problems of each kind, as many as fit. */
function manyProblems(): Edits {
  const keys = (count: number, key: (number: number) => string) =>
    Array.from({ length: count }, (_, n) => key(n)).join("");
  return {
    ...requestOf("keys", EXAMPLE + keys(950, (number) => `owner${number}: 1\n`)),
    ...requestOf(
      "tables",
      `source_database:\n  schemas:\n  - name: hr\n    tables:\n${keys(2500, (n) => `    - name: t${n}\n`)}`,
    ),
    ...requestOf(
      "stars",
      repeat(60 * KIB, (number) => `k${number}: * 1\n`),
    ),
    ...requestOf(
      "tabs",
      repeat(60 * KIB, () => "\ta: 1\n"),
    ),
    ...requestOf(
      "brackets",
      repeat(60 * KIB, (number) => `k${number}: [1\n`),
    ),
    ...many(4, (number) =>
      requestOf(
        `traps-${number}`,
        EXAMPLE,
        repeat(128 * KIB, () => "/\n"),
      ),
    ),
    ...many(4, (number) =>
      requestOf(
        `alters-${number}`,
        EXAMPLE,
        repeat(128 * KIB, () => "alter session set container\n"),
      ),
    ),
  };
}

/** As much of what costs the most as is judged at once: a hundred databases, 8 MiB in all. */
function worstOfAll(prefix: string): Edits {
  const text = `source_database:\n  schemas:\n  - name: hr\n    tables:\n${repeat(60 * KIB, (n) => `    - name: t${n}\n`)}`;
  const traps = repeat(20 * KIB, () => "/\n");
  return many(100, (number) => requestOf(`${prefix}-${number}`, text, traps));
}

/** Two MiB of anything, in every file that is read. */
function largeFiles(): Edits {
  const folder = "environments/large";
  const text = repeat(2 * MIB, (number) => `k${number}: ${"x".repeat(60)}\n`);
  return {
    ...requestOf(
      "large",
      text,
      repeat(2 * MIB, () => "/\n"),
    ),
    [`${folder}/seed.lock.yaml`]: text,
    [`${folder}/approval.yaml`]: text,
    [`${folder}/manifests/40-database.yaml`]: text,
    [`${folder}/notes.md`]: text,
    ".github/seedbed.yml": text,
  };
}

/** Pull requests of hostile files, by the name of their branch. */
export const HOSTILE_PULLS: Record<string, () => Edits> = {
  "many-keys": () => ({
    ...manyKeys("many-keys"),
    ".github/seedbed.yml": repeat(64 * KIB, (number) => `k${number}: 1\n`),
  }),
  "many-problems": manyProblems,
  nesting: () => ({
    ...requestOf("nesting", "[".repeat(64 * KIB)),
    ...requestOf("lists", "- ".repeat(32 * KIB)),
    "environments/nesting/seed.lock.yaml": "[".repeat(2 * MIB),
    "environments/nesting/manifests/40-database.yaml": "[".repeat(2 * MIB),
  }),
  aliases: () => ({
    ...requestOf("aliases", `a: &a x\nb: [${"*a,".repeat(20 * KIB)}*a]\n`),
    ...requestOf(
      "laughs",
      repeat(KIB, (n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]\n`),
    ),
  }),
  // The expression that looked for the beginning of a tag once tried every way to divide these signs.
  backtracking: () => ({ ...requestOf("tag", `a: !x${"&".repeat(60)} #c\n  &b 1\n`) }),
  large: largeFiles,
  folders: () => many(200, (number) => honestRequest(`folder-${number}`)),
  "worst-of-all": () => worstOfAll("worst"),
  "worst-again": () => worstOfAll("again"),
  "many-keys-everywhere": () => many(100, (number) => manyKeys(`keys-${number}`)),
  files: () => ({
    ...honestRequest("files"),
    ...many(1500, (number) => ({ [`environments/files/scripts/s${number}.sql`]: MASK })),
    ...many(1500, (number) => ({ [`environments/files/manifests/m${number}.yaml`]: "a: 1\n" })),
  }),
};
