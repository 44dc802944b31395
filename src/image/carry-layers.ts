import { mapLimited } from "./map-limited.ts";
import type { BlobDescriptor, Registry } from "../ports/registry.ts";

export interface LayersToCarry {
  from: Registry;
  fromRepository: string;
  to: Registry;
  toRepository: string;
  blobs: BlobDescriptor[];
  signal: AbortSignal;
}

// Each copy uses a connection to both registries.
const AT_ONCE = 2;

/** Makes blobs of one repository present in another: existing ones are skipped, others mounted where possible, else streamed. */
export async function carryLayers(layers: LayersToCarry): Promise<void> {
  // An image may list the same blob twice.
  const blobs = new Map(layers.blobs.map((blob) => [blob.digest, blob]));
  await mapLimited([...blobs.values()], { atOnce: AT_ONCE, signal: layers.signal }, (blob, signal) =>
    carryBlob({ ...layers, signal }, blob),
  );
}

async function carryBlob(layers: LayersToCarry, blob: BlobDescriptor): Promise<void> {
  const { from, fromRepository, to, toRepository, signal } = layers;
  if (await to.hasBlob(toRepository, blob, signal)) return;
  if (from.host === to.host && (await to.mount(toRepository, { ...blob, from: fromRepository }, signal))) return;
  await to.upload(toRepository, () => from.blob(fromRepository, blob, signal), signal);
}
