import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { BlobStore } from "./store.ts";

export interface BaseToPut {
  repository: string;
  /** Uncompressed tars, lowest first. */
  layers: Buffer[];
  /** `os`, `architecture` and `config` of the image. */
  os?: string;
  architecture?: string;
  config: Record<string, unknown>;
  format?: "oci" | "docker";
  tag?: string;
}

const TYPES = {
  oci: {
    manifest: "application/vnd.oci.image.manifest.v1+json",
    config: "application/vnd.oci.image.config.v1+json",
    layer: "application/vnd.oci.image.layer.v1.tar+gzip",
    index: "application/vnd.oci.image.index.v1+json",
  },
  docker: {
    manifest: "application/vnd.docker.distribution.manifest.v2+json",
    config: "application/vnd.docker.container.image.v1+json",
    layer: "application/vnd.docker.image.rootfs.diff.tar.gzip",
    index: "application/vnd.docker.distribution.manifest.list.v2+json",
  },
};

/** Puts an image into a registry's storage as if it had been pushed long ago; returns its digest. */
export async function putBase(store: BlobStore, base: BaseToPut): Promise<string> {
  const types = TYPES[base.format ?? "oci"];
  const layers = [];
  for (const tar of base.layers) {
    const zipped = gzipSync(tar, { level: 1 });
    layers.push({ mediaType: types.layer, digest: await store.put(base.repository, zipped), size: zipped.length });
  }
  const config = Buffer.from(
    JSON.stringify({
      created: "2026-01-01T00:00:00Z",
      os: base.os ?? "linux",
      architecture: base.architecture ?? "amd64",
      config: base.config,
      rootfs: { type: "layers", diff_ids: base.layers.map(digestOf) },
      history: base.layers.map((_, index) => ({ created_by: `base layer ${index}` })),
    }),
  );
  const digest = await store.put(base.repository, config);
  const manifest = {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: { mediaType: types.config, digest, size: config.length },
    layers,
  };
  return keep(store, base, { mediaType: types.manifest, body: manifest });
}

/** Puts an index (a multi-platform image) over images that are in the repository; returns its digest. */
export async function putIndex(
  store: BlobStore,
  base: Pick<BaseToPut, "repository" | "format" | "tag">,
  images: { digest: string; platform: { os: string; architecture: string; variant?: string } }[],
): Promise<string> {
  const types = TYPES[base.format ?? "oci"];
  const manifests = images.map(({ digest, platform }) => {
    const size = store.manifest(base.repository, digest)!.bytes.length;
    return { mediaType: types.manifest, digest, size, platform };
  });
  return keep(store, base, { mediaType: types.index, body: { schemaVersion: 2, mediaType: types.index, manifests } });
}

async function keep(
  store: BlobStore,
  { repository, tag }: Pick<BaseToPut, "repository" | "tag">,
  { mediaType, body }: { mediaType: string; body: unknown },
): Promise<string> {
  const bytes = Buffer.from(JSON.stringify(body));
  const digest = digestOf(bytes);
  await store.keepManifest(repository, tag ?? digest, { mediaType, bytes, digest });
  return digest;
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
