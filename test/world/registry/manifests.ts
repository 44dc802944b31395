import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { RegistryCounters } from "./counters.ts";
import { Reply } from "./reply.ts";
import type { BlobStore } from "./store.ts";
import type { Target } from "./target.ts";

interface Descriptor {
  mediaType?: unknown;
  digest?: unknown;
  size?: unknown;
}

interface ManifestBody {
  schemaVersion?: unknown;
  mediaType?: unknown;
  config?: Descriptor;
  layers?: Descriptor[];
  manifests?: Descriptor[];
}

const IMAGE_TYPES: Record<string, { config: string; layer: RegExp }> = {
  "application/vnd.oci.image.manifest.v1+json": {
    config: "application/vnd.oci.image.config.v1+json",
    layer: /^application\/vnd\.oci\.image\.layer\.v1\.tar(\+gzip|\+zstd)?$/,
  },
  "application/vnd.docker.distribution.manifest.v2+json": {
    config: "application/vnd.docker.container.image.v1+json",
    layer: /^application\/vnd\.docker\.image\.rootfs\.diff\.tar(\.gzip)?$/,
  },
};
const INDEX_TYPES = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];
const LARGEST = 4 * 1024 * 1024;

/** `GET` and `HEAD …/manifests/<reference>`; refuses a client that does not accept the stored type. */
export function answerManifest(store: BlobStore, target: Target, request: IncomingMessage): Reply {
  const manifest = store.manifest(target.repository, target.reference);
  // Also where the repository itself is unknown, as distribution 2.8 answers.
  if (manifest === null) throw Reply.error(404, "MANIFEST_UNKNOWN", `manifest unknown: ${target.reference}`);
  const accept = request.headers.accept ?? "*/*";
  if (!accept.includes(manifest.mediaType) && !accept.includes("*/*"))
    throw Reply.error(
      404,
      "MANIFEST_UNKNOWN",
      `manifest ${manifest.mediaType} found, but accept header does not support it`,
    );
  const headers = {
    "content-type": manifest.mediaType,
    "content-length": manifest.bytes.length,
    "docker-content-digest": manifest.digest,
  };
  return new Reply(200, headers, manifest.bytes);
}

/** `PUT …/manifests/<reference>`: every blob must be in this repository, every type and size right. */
export async function putManifest(
  store: BlobStore,
  target: Target,
  { request, counters }: { request: IncomingMessage; counters: RegistryCounters },
): Promise<Reply> {
  const bytes = await readManifest(request);
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  if (target.reference.startsWith("sha256:") && target.reference !== digest)
    throw Reply.error(400, "DIGEST_INVALID", "provided digest did not match uploaded content");
  const mediaType = request.headers["content-type"] ?? "";
  const problems = checkManifest(store, target.repository, { mediaType, bytes });
  if (problems.length > 0) throw Reply.error(400, problems[0]!.code, problems.map((one) => one.text).join("; "));
  const isNew = await store.keepManifest(target.repository, target.reference, { mediaType, bytes, digest });
  if (isNew) counters.manifests.push(`${target.repository}@${digest}`);
  const location = `/v2/${target.repository}/manifests/${digest}`;
  return new Reply(201, { location, "docker-content-digest": digest, "content-length": 0 }, "");
}

async function readManifest(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > LARGEST) throw Reply.error(413, "MANIFEST_INVALID", "manifest is larger than 4 MiB");
  }
  return Buffer.concat(chunks);
}

interface Finding {
  code: string;
  text: string;
}

function checkManifest(store: BlobStore, repository: string, put: { mediaType: string; bytes: Buffer }): Finding[] {
  const body = parseBody(put.bytes);
  if (body === null || body.schemaVersion !== 2)
    return [{ code: "MANIFEST_INVALID", text: "the manifest is not JSON of schema version 2" }];
  if (body.mediaType !== undefined && body.mediaType !== put.mediaType)
    return [
      { code: "MANIFEST_INVALID", text: `mediaType is ${String(body.mediaType)}, Content-Type ${put.mediaType}` },
    ];
  if (INDEX_TYPES.includes(put.mediaType))
    return (body.manifests ?? []).flatMap((child) =>
      store.manifest(repository, String(child.digest)) === null
        ? [{ code: "MANIFEST_BLOB_UNKNOWN", text: `manifest ${String(child.digest)} unknown to registry` }]
        : [],
    );
  const types = IMAGE_TYPES[put.mediaType];
  if (types === undefined || body.config === undefined || !Array.isArray(body.layers))
    return [{ code: "MANIFEST_INVALID", text: `no image manifest of type ${put.mediaType}` }];
  const check = (one: Descriptor, type: RegExp | string) => checkDescriptor(store, repository, { one, type });
  return [check(body.config, types.config), ...body.layers.map((layer) => check(layer, types.layer))].flat();
}

function checkDescriptor(
  store: BlobStore,
  repository: string,
  { one, type }: { one: Descriptor; type: RegExp | string },
): Finding[] {
  const { digest, mediaType, size } = one;
  const fits = typeof type === "string" ? mediaType === type : type.test(String(mediaType));
  if (!fits) return [{ code: "MANIFEST_INVALID", text: `media type ${String(mediaType)} does not belong here` }];
  const stored = store.size(repository, String(digest));
  if (stored === null) return [{ code: "MANIFEST_BLOB_UNKNOWN", text: `blob ${String(digest)} unknown to registry` }];
  if (stored !== size)
    return [{ code: "SIZE_INVALID", text: `blob ${String(digest)} has ${stored} bytes, not ${String(size)}` }];
  return [];
}

function parseBody(bytes: Buffer): ManifestBody | null {
  try {
    return JSON.parse(bytes.toString("utf8")) as ManifestBody;
  } catch {
    return null;
  }
}
