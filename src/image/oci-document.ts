import { SeedbedError } from "../problem/error.ts";
import type { StoredManifest } from "../ports/registry.ts";
import { documentReader, requireDocument } from "./check-document.ts";
import { configSchema, indexSchema, manifestSchema } from "./document-schemas.ts";
import { LAYER_TYPE, MANIFEST_TYPE } from "./oci-types.ts";
import type { Descriptor, ImageConfig } from "./oci-types.ts";

/** The parts of an image manifest that Seedbed reads and writes. */
export interface ImageManifest {
  config: Descriptor;
  layers: Descriptor[];
  annotations?: Record<string, string> | null;
}

const readIndex = documentReader<{ manifests?: IndexEntry[] }>(indexSchema);
const readManifest = documentReader<ImageManifest>(manifestSchema);
const readConfig = documentReader<ImageConfig>(configSchema);

const INDEX_TYPES = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];
const IMAGE_TYPES = [MANIFEST_TYPE, "application/vnd.docker.distribution.manifest.v2+json"];

// Docker's schema 2 has the same content under other media types (image-spec, media-types.md, "Compatibility Matrix").
const OCI_LAYER_TYPES: Record<string, string> = {
  "application/vnd.docker.image.rootfs.diff.tar": LAYER_TYPE,
  "application/vnd.docker.image.rootfs.diff.tar.gzip": `${LAYER_TYPE}+gzip`,
  "application/vnd.docker.image.rootfs.diff.tar.zstd": `${LAYER_TYPE}+zstd`,
  [LAYER_TYPE]: LAYER_TYPE,
  [`${LAYER_TYPE}+gzip`]: `${LAYER_TYPE}+gzip`,
  [`${LAYER_TYPE}+zstd`]: `${LAYER_TYPE}+zstd`,
};

/** The digest that an index has for a platform such as `linux/amd64`; null when the manifest is that of a single image. */
export function choosePlatform(manifest: StoredManifest, platform: string, name: string): string | null {
  if (!INDEX_TYPES.includes(manifest.mediaType)) return null;
  const { manifests = [] } = requireDocument(readIndex, manifest.bytes, name);
  const fitting = manifests.find((entry) => fitsPlatform(platformText(entry.platform), platform));
  if (fitting !== undefined) return fitting.digest;
  const offered = manifests.map((entry) => platformText(entry.platform)).filter((text) => !text.startsWith("unknown"));
  throw new SeedbedError(
    "base-platform-missing",
    `${name} has no image for ${platform}, only for: ${offered.join(", ") || "none"}.`,
    {
      fix: "Change the base's platform in the settings, or use another base image.",
    },
  );
}

/** Reads an OCI or Docker schema 2 image manifest; layer types are converted to OCI's. */
export function parseImageManifest(manifest: StoredManifest, name: string): ImageManifest {
  if (!IMAGE_TYPES.includes(manifest.mediaType))
    throw new SeedbedError(
      "image-manifest-unsupported",
      `${name} is of type ${manifest.mediaType || "(none)"}, which is not an image manifest.`,
      {
        fix: "Use an image with an OCI or Docker schema 2 manifest.",
      },
    );
  const { config, layers, annotations } = requireDocument(readManifest, manifest.bytes, name);
  const plain = { config: plainDescriptor(config), layers: layers.map((layer) => ociLayer(layer, name)) };
  return annotations ? { ...plain, annotations } : plain;
}

/** Reads an image configuration. */
export function parseImageConfig(bytes: Buffer, name: string): ImageConfig {
  return requireDocument(readConfig, bytes, name);
}

interface IndexEntry {
  digest: string;
  platform?: { os?: string; architecture?: string; variant?: string } | null;
}

function platformText(platform: IndexEntry["platform"]): string {
  return [platform?.os, platform?.architecture, platform?.variant].filter(Boolean).join("/");
}

/** `linux/arm64` also matches `linux/arm64/v8`. */
function fitsPlatform(offered: string, wanted: string): boolean {
  return offered === wanted || offered.startsWith(`${wanted}/`);
}

function ociLayer(layer: Descriptor, name: string): Descriptor {
  const mediaType = OCI_LAYER_TYPES[layer.mediaType];
  if (mediaType === undefined)
    throw new SeedbedError(
      "image-layer-unsupported",
      `${name} has a layer of type ${layer.mediaType}, which cannot be copied.`,
      {
        fix: "Use a base image with standard layer types.",
      },
    );
  return { ...plainDescriptor(layer), mediaType };
}

function plainDescriptor({ mediaType, digest, size, annotations }: Descriptor): Descriptor {
  return { mediaType, digest, size, ...(annotations ? { annotations } : {}) };
}
