import type { Digest } from "../crypto/digest.ts";
import { SeedbedError } from "../problem/error.ts";
import { carryLayers } from "./carry-layers.ts";
import type { ImageTarget } from "./image-target.ts";
import { buildSeedImage } from "./seed-image.ts";
import type { SeedContents, SeedImage } from "./seed-image.ts";
import { readSeedImage } from "./stored-image.ts";
import type { StoredImage } from "./stored-image.ts";

export interface PreviousImage {
  repository: string;
  digest: Digest;
  /** Its dump set according to the lock. */
  dumpSet: Digest;
}

/** An image with the dump set of an earlier one and a new runtime, base or default configuration. */
export async function rebuildImage(
  previous: PreviousImage,
  fresh: Pick<SeedContents, "runtime" | "defaults">,
  target: ImageTarget,
): Promise<{ image: SeedImage; from: StoredImage }> {
  const { repository, seeds, signal } = target;
  const from = await readSeedImage(seeds, { repository: previous.repository, reference: previous.digest }, signal);
  if (from === null) throw gone(previous);
  if (from.facts.digest !== previous.dumpSet) throw otherDumpSet(previous, from);
  await carryLayers({
    from: seeds,
    fromRepository: previous.repository,
    to: seeds,
    toRepository: repository,
    blobs: from.dumpLayers,
    signal,
  });
  const contents = { ...fresh, dumpLayers: from.dumpLayers, facts: from.facts };
  return { image: await buildSeedImage(contents, target), from };
}

function gone({ repository, digest }: PreviousImage): SeedbedError {
  return new SeedbedError(
    "seed-image-gone",
    `The image ${repository}@${digest} of the lock is no longer in the registry.`,
    {
      fix: "Reseed the database, because its data has to be exported again.",
    },
  );
}

function otherDumpSet(previous: PreviousImage, from: StoredImage): SeedbedError {
  return new SeedbedError(
    "seed-image-damaged",
    `The image ${previous.repository}@${previous.digest} contains the dump set ${from.facts.digest}, but the lock has ${previous.dumpSet}.`,
    { fix: "Reseed the database, and find out who changed the lock or the image." },
  );
}
