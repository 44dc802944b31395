import { extract } from "tar-stream";
import { digestOfBytes } from "../crypto/digest.ts";
import type { Digest } from "../crypto/digest.ts";
import { SeedbedError } from "../problem/error.ts";
import type { DumpSet } from "../export/dump-set.ts";
import type { Registry } from "../ports/registry.ts";
import type { ImageName } from "./base-image.ts";
import type { Facts } from "./facts.ts";
import { LAYER_ANNOTATION } from "./image-plan.ts";
import type { OwnLayer } from "./image-plan.ts";
import { IMAGE_ROOT } from "./layer-files.ts";
import { documentReader } from "./check-document.ts";
import { dumpSetSchema } from "./document-schemas.ts";
import { parseImageManifest, type ImageManifest } from "./oci-document.ts";
import { readSmallBlob } from "./small-blob.ts";

/** A seed image that was read from its registry. */
export interface StoredImage {
  repository: string;
  digest: Digest;
  /** Digest of the base image that it was built on. */
  base: Digest | null;
  dumpSet: DumpSet;
  facts: Facts;
  dumpLayers: OwnLayer[];
}

const readDumpSet = documentReader<DumpSet>(dumpSetSchema);

// Names and row counts of a hundred thousand tables take a few megabytes.
const LARGEST_FACTS = 64 * 1024 * 1024;

/** Reads a seed image by tag or digest and checks its facts; null when there is none. */
export async function readSeedImage(
  seeds: Registry,
  { repository, reference }: ImageName,
  signal: AbortSignal,
): Promise<StoredImage | null> {
  const manifest = await seeds.manifest(repository, reference, signal);
  if (manifest === null) return null;
  const name = `${seeds.host}/${repository}@${manifest.digest}`;
  const { layers: all, annotations: about } = parseImageManifest(manifest, name);
  const layers = all.flatMap(({ digest, size, annotations }) => {
    const layer = annotations?.[LAYER_ANNOTATION];
    return layer === undefined ? [] : [{ digest, size, name: layer }];
  });
  const factsLayer = layers.find((layer) => layer.name === "facts");
  if (factsLayer === undefined) throw damaged(name, "it has no facts layer");
  const tar = await readSmallBlob(seeds, repository, { blob: factsLayer, limit: LARGEST_FACTS, signal });
  const { facts, dumpSet } = checkFacts(await unpackFacts(tar), name);
  const dumpLayers = dumpSet.files.map(({ name: file }) => {
    const layer = layers.find((one) => one.name === `dump/${file}`);
    if (layer === undefined) throw damaged(name, `the layer of ${file} is missing`);
    return layer;
  });
  return { repository, digest: manifest.digest, base: baseDigest(about), dumpSet, facts, dumpLayers };
}

function baseDigest(annotations: ImageManifest["annotations"]): Digest | null {
  const digest = annotations?.["org.opencontainers.image.base.digest"] ?? "";
  return /^sha256:[0-9a-f]{64}$/.test(digest) ? (digest as Digest) : null;
}

async function unpackFacts(tar: Buffer): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const reader = extract();
  reader.end(tar);
  for await (const entry of reader) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    const prefix = `${IMAGE_ROOT}/facts/`;
    if (!entry.header.name.startsWith(prefix) || entry.header.type !== "file") continue;
    files.set(entry.header.name.slice(prefix.length), Buffer.concat(chunks).toString("utf8"));
  }
  return files;
}

function checkFacts(files: Map<string, string>, name: string): { facts: Facts; dumpSet: DumpSet } {
  const read = (path: string): string => {
    const text = files.get(path);
    if (text === undefined) throw damaged(name, `${path} is missing`);
    return text;
  };
  const sums = read("SHA256SUMS");
  const facts = ["rows.tsv", "dumpset.json"].map((path) => ({ path, text: read(path) }));
  for (const { path, text } of facts)
    if (!sums.includes(`${digestOfBytes(text).slice("sha256:".length)}  ${path}\n`))
      throw damaged(name, `${path} does not match SHA256SUMS`);
  const dumpSet = readDumpSet(read("dumpset.json"));
  if (!dumpSet.ok) throw damaged(name, `dumpset.json cannot be read: ${dumpSet.why}`);
  const factsFiles = [...facts, { path: "SHA256SUMS", text: sums }];
  return { facts: { files: factsFiles, digest: digestOfBytes(sums) }, dumpSet: dumpSet.value };
}

function damaged(name: string, why: string): SeedbedError {
  return new SeedbedError("seed-image-damaged", `${name} is not a complete seed image: ${why}.`, {
    fix: "Export the database again; a new image replaces this one.",
  });
}
