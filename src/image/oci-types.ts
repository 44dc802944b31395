import type { BlobDescriptor } from "../ports/registry.ts";

/** A manifest's descriptor of one blob. */
export interface Descriptor extends BlobDescriptor {
  mediaType: string;
  annotations?: Record<string, string>;
}

/** The parts of an image configuration that Seedbed changes; everything else is kept. */
export interface ImageConfig {
  os: string;
  architecture: string;
  variant?: string;
  config?: RunConfig;
  rootfs: { type: string; diff_ids: string[] };
  history?: { empty_layer?: boolean; [key: string]: unknown }[];
  [key: string]: unknown;
}

interface RunConfig {
  Entrypoint?: string[] | null;
  Cmd?: string[] | null;
  Labels?: Record<string, string> | null;
  Volumes?: Record<string, unknown> | null;
  [key: string]: unknown;
}

export const MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
export const CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";
export const LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar";
