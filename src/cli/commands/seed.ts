import type { Credentials } from "../../credentials/credentials.ts";
import { SeedbedError } from "../../problem/error.ts";
import type { Tree } from "../../ports/tree.ts";
import { folderOf } from "../../layout/database-folder.ts";
import { seedWorkTree, type SeededTree } from "../../use-cases/seed-work-tree.ts";
import type { Settings } from "../../settings/settings.ts";
import type { Bench, Checkout } from "../bench.ts";
import { describeSecrets, readCredentials } from "../credentials.ts";
import { loadChecked, loadSound, type SoundDatabase } from "../loaded.ts";
import type { AddCommand } from "../add-command.ts";
import { openCommitted } from "../wanted.ts";
import { seedPorts } from "../seed-ports.ts";
import { requireFeasible } from "../committed.ts";
import { seedTo } from "./seed-to.ts";
import { renderJson } from "../../text/json.ts";

interface Options {
  to?: string;
  export?: boolean;
  json?: boolean;
}

/** `seedbed seed <db>`: creates export, image, lock and manifests from a clean work tree. */
export const addSeed: AddCommand = (program, bench, finish) => {
  program
    .command("seed")
    .description("export the source, stream the dump into a seed image, and write lock and manifests for you to commit")
    .argument("<database>", "database name (folder in environments/)")
    .option("--to <folder>", "only write the dump set into this folder; no image, no lock")
    .option("--export", "export again even if the current dump could be reused")
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      `\nSecrets, each read from the variable <NAME> or from the file named in <NAME>_FILE:\n${describeSecrets()}
The registries are reached by the proxy that HTTPS_PROXY names, but for hosts in NO_PROXY; SSH takes no proxy.`,
    )
    .action(async (database: string, options: Options) => {
      const checkout = await bench.checkout();
      await requireCleanTree(checkout);
      // Never the disk: what git was told to ignore would be in no commit, and the lock would name it all the same.
      const committed = await openCommitted(checkout);
      const wanted = { databases: [database] };
      const loaded = await (options.to === undefined ? loadSound : loadChecked)(bench, committed, wanted);
      const [one] = loaded.databases;
      if (one === undefined) throw retired(database);
      await requireFeasible(bench, checkout, loaded);
      const credentials = await readCredentials(bench, options.to === undefined ? "image" : "folder");
      const command = { bench, checkout, committed, one, credentials };
      const { to, json } = options;
      const { settings } = loaded;
      if (to !== undefined) await seedTo({ ...command, settings }, { to, json });
      else if (settings !== undefined) await seed({ ...command, settings }, options);
      finish(0);
    });
};

interface SeedCommand {
  bench: Bench;
  checkout: Checkout;
  /** The files at HEAD. */
  committed: Tree;
  one: SoundDatabase;
  settings: Settings;
  credentials: Credentials;
}

async function requireCleanTree(checkout: Checkout): Promise<void> {
  const dirty = await checkout.dirtyPaths();
  if (dirty.length === 0) return;
  const list = dirty.slice(0, 10).map((path) => `  ${path}`);
  if (dirty.length > 10) list.push(`  … and ${dirty.length - 10} more`);
  throw new SeedbedError("work-tree-not-clean", `The work tree has uncommitted changes:\n${list.join("\n")}`, {
    fix: "Commit or stash them, because the lock has to refer to a committed request. No connection was made.",
  });
}

function retired(database: string): SeedbedError {
  return new SeedbedError("database-retired", `The request of ${database} was removed: only its manifests are left.`, {
    fix: `Restore ${folderOf(database).request}, or run seedbed render to remove the manifests as well.`,
  });
}

async function seed(command: SeedCommand, { export: freshExport = false, json = false }: Options): Promise<void> {
  const { bench, checkout, committed, one, settings } = command;
  const runtime = await bench.runtime();
  const seeded = await seedWorkTree(
    { settings, loaded: one, committed, tree: checkout.tree, runtime, freshExport },
    seedPorts(bench, command.credentials),
  );
  await checkout.write(seeded.change);
  bench.out(json ? renderJson({ version: 1, lock: seeded.lock, ...seeded.outcome }) : describe(one.database, seeded));
}

function describe(database: string, { lock, outcome, change }: SeededTree): string {
  const seconds = outcome.stages.reduce((sum, stage) => sum + stage.seconds, 0);
  const width = Math.max(...outcome.stages.map(({ name }) => name.length));
  const lines = [
    `${database}: seeded in ${Math.round(seconds)} s, generation ${lock.generation}`,
    ...outcome.stages.map(
      ({ name, seconds: took, text }) => `  ${name.padEnd(width)}  ${took.toFixed(1).padStart(6)} s  ${text}`,
    ),
    `image  ${lock.image!.repository}@${lock.image!.digest}`,
    ...outcome.leftOnSource.map((what) => `left on the source: ${what}`),
    ...change.write.map(({ path }) => `wrote  ${path}`),
    ...change.remove.map((path) => `removed  ${path}`),
    `Next: review and commit these files. Fleet starts the database once they are on main.`,
  ];
  return `${lines.join("\n")}\n`;
}
