import type { Digest } from "../crypto/digest.ts";
import { SeedbedError } from "../problem/error.ts";
import type { Registry } from "../ports/registry.ts";
import { choosePlatform, parseImageConfig, parseImageManifest } from "./oci-document.ts";
import type { Descriptor, ImageConfig } from "./oci-types.ts";
import { readSmallBlob } from "./small-blob.ts";

/** A base image, resolved to one platform. */
export interface BaseImage {
  host: string;
  repository: string;
  /** The digest in the settings: that of the index, if it is an index. */
  digest: Digest;
  platform: string;
  layers: Descriptor[];
  config: ImageConfig;
}

export interface ImageName {
  repository: string;
  reference: string;
}

/** A base image as the settings name it, with the platform to use. */
export interface BaseName extends ImageName {
  platform: string;
}

const LARGEST_CONFIG = 8 * 1024 * 1024;

/** Reads manifest and configuration of a base, which also proves that this login may pull it. */
export async function readBase(bases: Registry, image: BaseName, signal: AbortSignal): Promise<BaseImage> {
  const { repository, reference, platform } = image;
  const name = `${bases.host}/${repository}@${reference}`;
  const ask = (wanted: string) => requireManifest(bases, { repository, reference: wanted, name }, signal);
  const named = await ask(reference);
  const chosen = choosePlatform(named, platform, name);
  const manifest = chosen === null ? named : await ask(chosen);
  const { config: descriptor, layers } = parseImageManifest(manifest, name);
  const config = parseImageConfig(
    await readSmallBlob(bases, repository, { blob: descriptor, limit: LARGEST_CONFIG, signal }),
    name,
  );
  checkConfig(config, { name, platform, layers: layers.length });
  return { host: bases.host, repository, digest: named.digest, platform, layers, config };
}

async function requireManifest(registry: Registry, image: ImageName & { name: string }, signal: AbortSignal) {
  const { repository, reference, name } = image;
  const manifest = await registry.manifest(repository, reference, signal);
  if (manifest !== null) return manifest;
  throw new SeedbedError("image-not-found", `The image ${name} (${reference}) does not exist.`, {
    fix: "Check the image's name and digest in the settings, and that this login may read the repository.",
  });
}

function checkConfig(config: ImageConfig, expected: { name: string; platform: string; layers: number }): void {
  const { name, platform, layers } = expected;
  const own = `${config.os}/${config.architecture}`;
  if (platform !== own && !platform.startsWith(`${own}/`))
    throw new SeedbedError("base-platform-missing", `${name} is an image for ${own}, not for ${platform}.`, {
      fix: "Change the base's platform in the settings, or use another base image.",
    });
  if (config.rootfs.diff_ids.length !== layers)
    throw new SeedbedError(
      "image-config-invalid",
      `${name} has ${layers} layers, but its configuration lists ${config.rootfs.diff_ids.length}.`,
      { fix: "Use another base image: this one is damaged." },
    );
  const volume = Object.keys(config.config?.Volumes ?? {}).find(hidesSeedbed);
  if (volume === undefined) return;
  throw new SeedbedError(
    "base-volume-hides-dump",
    `${name} declares the volume ${volume}, which would hide /opt/seedbed.`,
    {
      fix: "Use a base image that does not declare this volume.",
    },
  );
}

function hidesSeedbed(volume: string): boolean {
  const folder = volume.endsWith("/") ? volume : `${volume}/`;
  return "/opt/seedbed/".startsWith(folder) || folder.startsWith("/opt/seedbed/");
}
