import { canonicalJson, digestOfBytes } from "../crypto/digest.ts";
import type { Digest } from "../crypto/digest.ts";
import { SeedbedError } from "../problem/error.ts";
import type { BaseImage } from "./base-image.ts";
import { CONFIG_TYPE, LAYER_TYPE, MANIFEST_TYPE } from "./oci-types.ts";
import type { Descriptor, ImageConfig } from "./oci-types.ts";
import type { BlobDescriptor } from "../ports/registry.ts";

/** A Seedbed layer in the registry: an uncompressed tar, so that its digest is also its diff id. */
export interface OwnLayer extends BlobDescriptor {
  /** `runtime`, `dump/<file>` or `facts`; the layer's annotation `dev.seedbed.layer`. */
  name: string;
}

export interface ImageParts {
  base: BaseImage;
  layers: OwnLayer[];
  dumpSet: Digest;
}

/** The two documents of an image, as bytes. */
export interface ImagePlan {
  config: Buffer;
  manifest: Buffer;
  digest: Digest;
}

export const LAYER_ANNOTATION = "dev.seedbed.layer";
const EPOCH = "1970-01-01T00:00:00Z";
const ENTRYPOINT = "/opt/seedbed/entrypoint.sh";
// The maximum that docker's overlay2 mounts (containers/storage#489, moby/buildkit#3067).
const MOST_LAYERS = 127;

/** Composes configuration and manifest: the same parts give the same digest. */
export function planImage(parts: ImageParts): ImagePlan {
  checkLayerCount(parts);
  const config = Buffer.from(canonicalJson(composeConfig(parts)), "utf8");
  const manifest = Buffer.from(
    canonicalJson({
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      config: { mediaType: CONFIG_TYPE, digest: digestOfBytes(config), size: config.length },
      layers: [...parts.base.layers, ...parts.layers.map(describeLayer)],
      annotations: { "org.opencontainers.image.base.digest": parts.base.digest },
    }),
    "utf8",
  );
  return { config, manifest, digest: digestOfBytes(manifest) };
}

/** The command that the base would start: its ENTRYPOINT and CMD as one argument list. */
export function baseCommand(base: BaseImage): string[] {
  const { Entrypoint, Cmd } = base.config.config ?? {};
  const command = [...(Entrypoint ?? []), ...(Cmd ?? [])];
  if (command.length > 0 && !command.some((part) => part.includes("\n"))) return command;
  throw new SeedbedError(
    "base-command-unusable",
    `The base image starts ${JSON.stringify(command)}, which Seedbed's entrypoint cannot pass on.`,
    {
      fix: "Use a base image with an ENTRYPOINT or CMD that has no line breaks.",
    },
  );
}

function describeLayer({ name, digest, size }: OwnLayer): Descriptor {
  return { mediaType: LAYER_TYPE, digest, size, annotations: { [LAYER_ANNOTATION]: name } };
}

function composeConfig({ base, layers, dumpSet }: ImageParts): ImageConfig {
  const run = base.config.config ?? {};
  const labels = {
    ...run.Labels,
    "dev.seedbed.base": base.digest,
    "dev.seedbed.base-command": JSON.stringify(baseCommand(base)),
    "dev.seedbed.dump-set": dumpSet,
  };
  return {
    ...base.config,
    created: EPOCH,
    config: { ...run, Entrypoint: [ENTRYPOINT], Labels: labels },
    rootfs: {
      type: "layers",
      diff_ids: [...base.config.rootfs.diff_ids, ...layers.map((layer) => layer.digest)],
    },
    history: [...baseHistory(base), ...layers.map(({ name }) => ({ created: EPOCH, created_by: `seedbed ${name}` }))],
  };
}

/** Some builders omit the history, and readers expect one entry per layer or none at all. */
function baseHistory(base: BaseImage): NonNullable<ImageConfig["history"]> {
  const history = base.config.history ?? [];
  const described = history.filter((entry) => !entry.empty_layer).length;
  if (described === base.layers.length) return history;
  return base.layers.map(() => ({ created: EPOCH, created_by: "base" }));
}

function checkLayerCount({ base, layers }: ImageParts): void {
  const count = base.layers.length + layers.length;
  if (count <= MOST_LAYERS) return;
  throw new SeedbedError(
    "image-too-many-layers",
    `The image would have ${count} layers, ${base.layers.length} of them from the base; container engines mount at most ${MOST_LAYERS}.`,
    { fix: "Raise source_database.export.piece_size, because every dump file is one layer." },
  );
}
