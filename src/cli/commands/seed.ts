import type { Credentials } from "../../credentials.ts";
import { SeedbedError } from "../../error.ts";
import { folderOf } from "../../layout/database-folder.ts";
import { nameVariables } from "../../secret-names.ts";
import { orderSeed } from "../../stories/order-seed.ts";
import { requirePermit, requireWork } from "../../stories/permit.ts";
import { seedFolder, type FolderOutcome } from "../../stories/seed-folder.ts";
import type { SeedPorts } from "../../stories/seed-order.ts";
import { seedWorkTree, type SeededTree } from "../../stories/seed-work-tree.ts";
import { StageLog } from "../../stories/stage-log.ts";
import type { Bench, Checkout } from "../bench.ts";
import { describeSecrets, readCredentials } from "../credentials.ts";
import { loadSound, type SoundRepository } from "../loaded.ts";
import type { AddCommand } from "../program.ts";

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
      `\nSecrets, each read from the variable <NAME> or from the file named in <NAME>_FILE:\n${describeSecrets()}`,
    )
    .action(async (database: string, options: Options) => {
      const checkout = await bench.checkout();
      await requireCleanTree(checkout);
      const loaded = await loadSound(bench, checkout.tree, [database]);
      const target = options.to === undefined ? "image" : "folder";
      const credentials = await readCredentials(bench, target);
      const work = { bench, checkout, loaded, credentials };
      if (options.to === undefined) await seed(work, options);
      else await exportTo(work, options.to, options.json);
      finish(0);
    });
};

interface Work {
  bench: Bench;
  checkout: Checkout;
  loaded: SoundRepository;
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

function portsOf({ bench, credentials }: Work): SeedPorts {
  const { log, clock, signal } = bench;
  // On the command line the permit cannot have changed: it was read from this work tree.
  return {
    ...bench.connect(credentials),
    account: credentials.sourceUser,
    nameSecrets: nameVariables,
    log,
    clock,
    signal,
    beforePublish: async () => undefined,
  };
}

async function seed(work: Work, { export: freshExport = false, json = false }: Options): Promise<void> {
  const { bench, checkout, loaded } = work;
  const one = loaded.databases[0]!;
  const runtime = await bench.runtime();
  const seeded = await seedWorkTree(
    { settings: loaded.settings, loaded: one, tree: checkout.tree, runtime, freshExport },
    portsOf(work),
  );
  await checkout.write(seeded.change);
  bench.out(
    json
      ? `${JSON.stringify({ version: 1, lock: seeded.lock, ...seeded.outcome }, null, 2)}\n`
      : describe(one.database, seeded),
  );
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

async function exportTo(work: Work, path: string, json = false): Promise<void> {
  const { bench, loaded, checkout } = work;
  const one = loaded.databases[0]!;
  const approval = await checkout.tree.read(folderOf(one.database).approval);
  const source = one.request.source_database.name ?? "";
  const { files, lock } = one;
  const { settings } = loaded;
  requireWork(requirePermit({ settings, files, lock, source, approval, now: bench.clock.now() }), "export");
  const run = `cli-${bench.clock.now().toString(36)}`;
  const order = orderSeed({
    ...one,
    settings: loaded.settings,
    runtime: await bench.runtime(),
    run,
    tags: [],
    freshExport: true,
  });
  const folder = await bench.openFolder(path);
  const outcome = await seedFolder(order, { ...portsOf(work), folder }, new StageLog(bench.log, bench.clock));
  bench.out(
    json
      ? `${JSON.stringify({ version: 1, folder: folder.path, ...outcome }, null, 2)}\n`
      : describeFolder(folder.path, outcome),
  );
}

function describeFolder(path: string, { dumpSet, leftOnSource }: FolderOutcome): string {
  const lines = [
    `dump set ${dumpSet.digest} in ${path}`,
    ...leftOnSource.map((what) => `left on the source: ${what}`),
    `Check it with: cd ${path} && sha256sum -c SHA256SUMS`,
  ];
  return `${lines.join("\n")}\n`;
}
