import type { Digest } from "../digests/digest.ts";
import { SeedbedError } from "../error.ts";
import type { RenderedFile } from "../manifests/rendered-file.ts";
import type { Registry } from "../ports.ts";
import { carryLayers } from "./carry-layers.ts";
import type { Facts } from "./facts.ts";
import { baseCommand, planImage } from "./image-plan.ts";
import type { OwnLayer } from "./image-plan.ts";
import type { ImageTarget } from "./image-target.ts";
import { packFiles } from "./layer-files.ts";
import type { ImageFile } from "./layer-files.ts";
import { MANIFEST_TYPE } from "./oci-types.ts";
import { putSmallBlob } from "./small-blob.ts";

/** What a seed image is made of, beside its base. */
export interface SeedContents {
  /** Paths below /opt/seedbed: `entrypoint.sh`, `lib/…`, `sql/…`, `profiles/…`. */
  runtime: ImageFile[];
  /** In the order of the dump set's files. */
  dumpLayers: OwnLayer[];
  facts: Facts;
  /** Paths below /opt/seedbed/default. */
  defaults: RenderedFile[];
}

/** An image whose blobs are all in its repository; it exists for others once it is published. */
export interface SeedImage {
  repository: string;
  digest: Digest;
  base: Digest;
  platform: string;
  manifest: Buffer;
}

const RUNTIME_PATHS = /^(?:entrypoint\.sh|(?:lib|sql|profiles)\/.+)$/;
const FOLDERS = ["", "lib", "sql", "profiles", "dump", "facts", "default"];

/** Puts every blob of the image that is missing into its repository and composes its manifest. */
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

/** Makes the base's layers present in the image's repository. May run while the export does. */
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
export async function publishSeedImage(image: SeedImage, tags: string[], seeds: Registry): Promise<void> {
  const manifest = { mediaType: MANIFEST_TYPE, bytes: image.manifest };
  for (const reference of [image.digest, ...tags]) await seeds.putManifest(image.repository, reference, manifest);
}

async function putLayer(name: string, bytes: Buffer, target: ImageTarget): Promise<OwnLayer> {
  const { seeds, repository, signal } = target;
  return { ...(await putSmallBlob(seeds, repository, { bytes, signal })), name };
}

function checkRuntime(files: ImageFile[]): ImageFile[] {
  const stray = files.find((file) => !RUNTIME_PATHS.test(file.path));
  const entrypoint = files.find((file) => file.path === "entrypoint.sh");
  if (stray === undefined && entrypoint !== undefined && (entrypoint.mode & 0o111) === 0o111) return files;
  const what = stray === undefined ? "an executable entrypoint.sh is missing" : `${stray.path} does not belong there`;
  throw new SeedbedError("image-runtime-invalid", `The runtime files of the image are wrong: ${what}.`, {
    fix: "Build Seedbed again: its bundle is incomplete.",
  });
}

function factsFiles({ facts, defaults }: SeedContents, command: string[]): ImageFile[] {
  // One argument per line: bash 4.2 reads that with `mapfile -t`, and has no JSON.
  const baseCommandFile = { path: "base-command", text: command.map((part) => `${part}\n`).join("") };
  const below = (folder: string) => (file: RenderedFile) => ({
    path: `${folder}/${file.path}`,
    text: file.text,
    mode: 0o644,
  });
  return [...facts.files.map(below("facts")), ...[...defaults, baseCommandFile].map(below("default"))];
}
