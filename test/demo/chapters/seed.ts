import { statSync } from "node:fs";
import { join } from "node:path";
import { digestOfJson } from "../../../src/crypto/digest.ts";
import type { Stage } from "../stage.ts";

/** Seeds the request: from the source to an image in the registry. */
export async function seedFirst(stage: Stage): Promise<void> {
  const { tell, world } = stage;
  const dirty = await stage.seedbed(["seed", "hr"]);
  if (dirty.code !== 2 || !dirty.stderr.includes("work-tree-not-clean"))
    throw new Error("a work tree with uncommitted changes was not refused");
  tell.say(
    "The request has to be committed first, because the lock records which version of it the data was exported for.",
  );
  await stage.commit("Ask for hr");
  const seeded = await stage.seedbed(["seed", "hr"], { confined: true });
  if (seeded.code !== 0) throw new Error("the seed failed");
  const [counts, lock] = [await world.counts(), await stage.lock()];
  const image = `dev/hr@${lock.image!.digest}`;
  tell.prove({
    what: "the data is exported and the image pushed",
    observed: `${counts.exports.completed} Data Pump jobs completed; the registry stored ${image.slice(0, 26)}…`,
    where: "world.json: exports, registry.manifests",
    holds: counts.exports.completed === 2 && counts.registry.manifests.includes(image),
  });
  tell.prove({
    what: "the source is clean afterwards",
    observed: `${counts.data_pump.jobs_left.length} jobs, ${counts.data_pump.files_left.length} files, ${counts.data_pump.statements_refused} statements refused`,
    where: "world.json: data_pump",
    holds:
      counts.data_pump.jobs_left.length + counts.data_pump.files_left.length + counts.data_pump.statements_refused ===
      0,
  });
  const { rows, bytes } = lock.dump_set!;
  const written = await bytesWritten(stage);
  tell.prove({
    what: "the dump is never written to disk",
    observed: `${counts.ssh.bytes_read} bytes were read from the source over SFTP, ${bytes} of them the dump; ${written} bytes were written (lock and manifests)`,
    where: "enforced by Node's permission model: writes only in databases/",
    holds: counts.ssh.bytes_read >= bytes && written < 100_000,
  });
  const { seed_inputs: inputs } = lock.digests!;
  const { source, scope, export: options, target } = lock.seed!;
  tell.prove({
    what: "the lock's digests match its contents",
    observed: `seed_inputs ${inputs.slice(0, 19)}…, ${rows} rows, generation ${lock.generation}`,
    where: "databases/environments/hr/seed.lock.yaml",
    holds:
      inputs === digestOfJson({ source, scope, export: options, profile: target.profile }) && lock.generation === 1,
  });
  await stage.commit("Seed hr");
}

/** The size of all uncommitted files, ignored ones too: those that the seed wrote. */
async function bytesWritten(stage: Stage): Promise<number> {
  const status = await stage.git("status", "--porcelain", "--untracked-files=all", "--ignored=matching");
  const paths = status.split("\n").map((line) => line.slice(3));
  return paths.reduce((sum, path) => sum + statSync(join(stage.repository, path)).size, 0);
}
