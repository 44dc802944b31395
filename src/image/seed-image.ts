import type { Digest } from "../crypto/digest.ts";
import { SeedbedError } from "../problem/error.ts";
import type { RenderedFile } from "../manifests/rendered-file.ts";
import { carryLayers } from "./carry-layers.ts";
import type { Facts } from "./facts.ts";
import { baseCommand, planImage } from "./image-plan.ts";
import type { OwnLayer } from "./image-plan.ts";
import type { ImageTarget } from "./image-target.ts";
import { packFiles } from "./layer-files.ts";
import type { ImageFile } from "./layer-files.ts";
import { MANIFEST_TYPE } from "./oci-types.ts";
import { putSmallBlob } from "./small-blob.ts";

/** The contents of a seed image apart from its base. */
export interface SeedContents {
  /** Paths below /opt/seedbed: `entrypoint.sh`, `lib/…`, `sql/…`, `profiles/…`. */
  runtime: ImageFile[];
  /** The dump layers, in the order of the dump set's files. */
  dumpLayers: OwnLayer[];
  facts: Facts;
  /** Paths below /opt/seedbed/default. */
  defaults: RenderedFile[];
}

/** An image whose blobs are all in its repository; it becomes visible once it is published. */
export interface SeedImage {
  repository: string;
  digest: Digest;
  base: Digest;
  platform: string;
  manifest: Buffer;
}

const RUNTIME_PATHS = /^(?:entrypoint\.sh|(?:lib|sql|profiles)\/.+)$/;
const FOLDERS = ["", "lib", "sql", "profiles", "dump", "facts", "default"];

/** Uploads every missing blob of the image and composes its manifest. */
export async function buildSeedImage(contents: SeedContents, target: ImageTarget): Promise<SeedImage> {
  const { base, repository, seeds, signal } = target;
  const runtime = packFiles(checkRuntime(contents.runtime), FOLDERS);
  const facts = packFiles(factsFiles(contents, baseCommand(base)));
  await carryBase(target);
  const layers = [
    await putLayer("runtime", runtime, target),
    ...contents.dumpLayers,
    await putLayer("facts", facts, target),
  ];
  const { config, manifest, digest } = planImage({ base, layers, dumpSet: contents.facts.digest });
  await putSmallBlob(seeds, repository, { bytes: config, signal });
  return { repository, digest, base: base.digest, platform: base.platform, manifest };
}

/** Copies the base's layers to the image's repository. May run during the export. */
export function carryBase({ base, bases, seeds, repository, signal }: ImageTarget): Promise<void> {
  return carryLayers({
    from: bases,
    fromRepository: base.repository,
    to: seeds,
    toRepository: repository,
    blobs: base.layers,
    signal,
  });
}

/** Makes the image visible under its digest and the given tags. */
export async function publishSeedImage(
  image: SeedImage,
  tags: string[],
  { seeds, signal }: Pick<ImageTarget, "seeds" | "signal">,
): Promise<void> {
  const manifest = { mediaType: MANIFEST_TYPE, bytes: image.manifest };
  for (const reference of [image.digest, ...tags])
    await seeds.putManifest(image.repository, { ...manifest, reference }, signal);
}

async function putLayer(name: string, bytes: Buffer, target: ImageTarget): Promise<OwnLayer> {
  const { seeds, repository, signal } = target;
  return { ...(await putSmallBlob(seeds, repository, { bytes, signal })), name };
}

function checkRuntime(files: ImageFile[]): ImageFile[] {
  const stray = files.find((file) => !RUNTIME_PATHS.test(file.path));
  const entrypoint = files.find((file) => file.path === "entrypoint.sh");
  if (stray === undefined && entrypoint !== undefined && (entrypoint.mode & 0o111) === 0o111) return files;
  const what = stray === undefined ? "an executable entrypoint.sh is missing" : `${stray.path} is not a runtime file`;
  throw new SeedbedError("image-runtime-invalid", `The runtime files of the image are wrong: ${what}.`, {
    fix: "Build Seedbed again, because its bundle is incomplete.",
  });
}

function factsFiles({ facts, defaults }: SeedContents, command: string[]): ImageFile[] {
  // One argument per line, because bash 4.2 can read that with `mapfile -t` but cannot parse JSON.
  const baseCommandFile = { path: "base-command", text: command.map((part) => `${part}\n`).join("") };
  const below = (folder: string) => (file: RenderedFile) => ({
    path: `${folder}/${file.path}`,
    text: file.text,
    mode: 0o644,
  });
  return [...facts.files.map(below("facts")), ...[...defaults, baseCommandFile].map(below("default"))];
}
