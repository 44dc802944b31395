import { refusalsOf } from "../plan/find-risks.ts";
import type { RenderedFile } from "../manifests/rendered-file.ts";
import { loadRepository, listDatabases, type LoadedDatabase } from "../use-cases/load.ts";
import { planDatabase } from "../use-cases/plan.ts";
import { readManifestFiles } from "../use-cases/render.ts";
import type { Bench, Checkout } from "./bench.ts";
import { requireNone, type CheckedRepository } from "./loaded.ts";

/** A database as the last commit has it, which is what runs. */
export interface Standing {
  /** null where it is new or did not hold. */
  before: LoadedDatabase | null;
  /** Its manifests, of the same commit as the request. */
  there: RenderedFile[];
}

/** Databases that the last commit has requests of. */
export async function listStanding(checkout: Checkout): Promise<string[]> {
  const head = await checkout.head();
  return head === null ? [] : await listDatabases(checkout.treeAt(head));
}

/** Reads a database at HEAD: what is written to the work tree meanwhile is not what runs. */
export async function readStanding(checkout: Checkout, database: string): Promise<Standing> {
  const head = await checkout.head();
  if (head === null) return { before: null, there: [] };
  const tree = checkout.treeAt(head);
  const there = await readManifestFiles(tree, database);
  if (!(await listDatabases(tree)).includes(database)) return { before: null, there };
  const { databases } = await loadRepository(tree, { databases: [database] });
  const [loaded] = databases;
  return { before: loaded?.request ? loaded : null, there };
}

/** Whatever a plan refuses no other command does: prints the problems of every database and throws. */
export async function requireFeasible(bench: Bench, checkout: Checkout, loaded: CheckedRepository): Promise<void> {
  const { settings } = loaded;
  // Nothing was ever placed without settings.
  if (settings === undefined) return;
  const problems = [];
  for (const after of loaded.databases) {
    const standing = await readStanding(checkout, after.database);
    problems.push(...refusalsOf(planDatabase({ settings, ...standing, after })));
  }
  requireNone(bench, { ...loaded, problems });
}
