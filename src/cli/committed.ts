import { refusalsOf } from "../plan/find-risks.ts";
import type { RenderedFile } from "../manifests/rendered-file.ts";
import { loadRepository, listDatabases, type LoadedDatabase } from "../use-cases/load.ts";
import { planDatabase } from "../use-cases/plan.ts";
import { readManifestFiles } from "../use-cases/render.ts";
import type { Bench, Checkout } from "./bench.ts";
import { requireNone, type CheckedRepository } from "./loaded.ts";

/** A database as the last commit has it, which is what runs. */
export interface Committed {
  /** null where it is new or did not hold. */
  before: LoadedDatabase | null;
  /** Its manifests, of the same commit as the request. */
  there: RenderedFile[];
}

/** Databases that the last commit has requests of. */
export async function listCommitted(checkout: Checkout): Promise<string[]> {
  const head = await checkout.head();
  return head === null ? [] : await listDatabases(checkout.treeAt(head));
}

/** Reads databases at HEAD, all at once: what is written to the work tree meanwhile is not what runs. */
export async function readCommitted(
  checkout: Checkout,
  databases: readonly string[],
): Promise<ReadonlyMap<string, Committed>> {
  const head = await checkout.head();
  if (head === null) return new Map();
  const tree = checkout.treeAt(head);
  const there = new Set(await listDatabases(tree));
  const known = databases.filter((name) => there.has(name));
  // Asked for none, everything would be read.
  const before = known.length === 0 ? [] : (await loadRepository(tree, { databases: known })).databases;
  const held = new Map(before.map((loaded) => [loaded.database, loaded.request === null ? null : loaded]));
  const committed = databases.map(async (database): Promise<[string, Committed]> => {
    return [database, { before: held.get(database) ?? null, there: await readManifestFiles(tree, database) }];
  });
  return new Map(await Promise.all(committed));
}

/** What stands of a database that the last commit does not have. */
export const NOTHING: Committed = { before: null, there: [] };

/** Whatever a plan refuses no other command does: prints the problems of every database and throws. */
export async function requireFeasible(bench: Bench, checkout: Checkout, loaded: CheckedRepository): Promise<void> {
  const { settings } = loaded;
  // Nothing was ever placed without settings.
  if (settings === undefined) return;
  const problems = [];
  const committed = await readCommitted(checkout, namesOf(loaded.databases));
  for (const after of loaded.databases) {
    const { before, there } = committed.get(after.database) ?? NOTHING;
    problems.push(...refusalsOf(planDatabase({ settings, before, there, after })));
  }
  requireNone(bench, { ...loaded, problems });
}

function namesOf(databases: readonly LoadedDatabase[]): string[] {
  return databases.map(({ database }) => database);
}
