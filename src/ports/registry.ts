import type { Digest } from "../crypto/digest.ts";

export interface StoredManifest {
  digest: Digest;
  mediaType: string;
  bytes: Buffer;
}

/** `reference` is the tag or the digest that it is to have. */
export interface NewManifest extends Omit<StoredManifest, "digest"> {
  reference: string;
}

export interface BlobDescriptor {
  digest: Digest;
  size: number;
}

/** A blob in another repository of the same registry. */
export interface MountedBlob extends BlobDescriptor {
  from: string;
}

/** One OCI registry host, logged in. Repositories are paths on it, without the host. A signal ends every call at once. */
export interface Registry {
  readonly host: string;
  /** Proves before any work that this login may pull or push here; leaves at most an empty upload, which expires. */
  check(repository: string, access: "pull" | "push", signal: AbortSignal): Promise<void>;
  /** null when there is none. */
  manifest(repository: string, reference: string, signal: AbortSignal): Promise<StoredManifest | null>;
  blob(repository: string, blob: BlobDescriptor, signal: AbortSignal): AsyncIterable<Buffer>;
  hasBlob(repository: string, blob: BlobDescriptor, signal: AbortSignal): Promise<boolean>;
  /** True when the registry mounted the blob from another of its repositories. */
  mount(repository: string, blob: MountedBlob, signal: AbortSignal): Promise<boolean>;
  /**
   * Uploads bytes and confirms the digest with the registry before it returns. `open` is called again for every
   * attempt; its errors are passed on unchanged, without another attempt.
   */
  upload(repository: string, open: () => AsyncIterable<Buffer>, signal: AbortSignal): Promise<BlobDescriptor>;
  putManifest(repository: string, manifest: NewManifest, signal: AbortSignal): Promise<Digest>;
  /** Never rejects: it must not decide over what was done before. */
  close(): Promise<void>;
}
