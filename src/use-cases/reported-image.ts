import { SeedbedError } from "../problem/error.ts";
import { imageTag, permitTag } from "../image/image-tag.ts";
import { parseImageReference } from "../image/reference.ts";
import { readSeedImage } from "../image/stored-image.ts";
import type { Digest } from "../crypto/digest.ts";
import { lockedDumpSet } from "./dump-set-facts.ts";
import type { SeedTask, SeedOutcome, SeedPorts } from "./seed-task.ts";

/**
 * The image that an earlier run already published with this permit, when its lock has not been committed yet.
 * null when there is none. A permit is never used for a second export.
 */
export async function findReportedImage(
  task: SeedTask,
  approval: Digest,
  ports: SeedPorts,
): Promise<SeedOutcome | null> {
  const { host, repository } = parseImageReference(`${task.seedsRepository}/${task.database}`);
  const seeds = await ports.connectRegistry(host, "seeds");
  try {
    const image = await readSeedImage(seeds, { repository, reference: permitTag(approval) }, ports.signal);
    if (image === null) return null;
    const { runtime, import_inputs: importInputs } = task.digests;
    const tag = imageTag({ dumpSet: image.facts.digest, runtime, importInputs });
    const expected = await seeds.manifest(repository, tag, ports.signal);
    const base = parseImageReference(task.base.image).reference as Digest;
    const fits = expected?.digest === image.digest && image.dumpSet.seedInputs === task.digests.seed_inputs;
    if (!fits || image.base !== base) throw otherImage(`${host}/${repository}@${image.digest}`);
    return {
      dumpSet: lockedDumpSet(image.dumpSet, image.facts.digest),
      image: { digest: image.digest, base, platform: task.base.platform },
      stages: [
        { name: "found", seconds: 0, text: `${image.digest} was already made with this permit: reported again` },
      ],
      warnings: [],
      leftOnSource: [],
    };
  } finally {
    await seeds.close();
  }
}

function otherImage(name: string): SeedbedError {
  return new SeedbedError(
    "permit-image-other",
    `The permit was already used: ${name} was made with it, by another version of the Action or with other settings.`,
    { fix: "Ask for a new permit: one permit allows one export." },
  );
}
