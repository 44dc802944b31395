import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream, mkdirSync } from "node:fs";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { once } from "node:events";

export interface KeptManifest {
  mediaType: string;
  bytes: Buffer;
}

interface Repository {
  blobs: Set<string>;
  manifests: Map<string, KeptManifest>;
  tags: Map<string, string>;
}

interface KeptBlob {
  size: number;
  /** null when it lies in the folder. */
  bytes: Buffer | null;
}

/** Blobs by digest, visible only in the repositories they were put or mounted into. */
export class BlobStore {
  readonly #folder: string | undefined;
  readonly #blobs = new Map<string, KeptBlob>();
  readonly #repositories = new Map<string, Repository>();

  constructor(folder: string | undefined) {
    this.#folder = folder;
    if (folder !== undefined) mkdirSync(folder, { recursive: true });
  }

  /** Size of a blob in a repository, null when it is not there. */
  size(repository: string, digest: string): number | null {
    if (!this.#repositories.get(repository)?.blobs.has(digest)) return null;
    return this.#blobs.get(digest)?.size ?? null;
  }

  read(digest: string, from: number, to: number): Readable {
    const blob = this.#blobs.get(digest)!;
    if (blob.bytes !== null) return Readable.from([blob.bytes.subarray(from, to + 1)]);
    return createReadStream(this.#path(digest), { start: from, end: to });
  }

  async bytes(digest: string): Promise<Buffer> {
    return this.#blobs.get(digest)?.bytes ?? readFile(this.#path(digest));
  }

  link(repository: string, digest: string): void {
    this.#open(repository).blobs.add(digest);
  }

  /** For tests and worlds that prepare a registry: puts bytes in as if they had been pushed. */
  async put(repository: string, bytes: Buffer): Promise<string> {
    const upload = this.newUpload();
    await upload.append(bytes);
    const digest = upload.digest();
    await this.keep(repository, digest, upload);
    return digest;
  }

  /** Other bytes under the same digest, as a broken disk has them. */
  damage(digest: string, bytes: Buffer): void {
    this.#blobs.set(digest, { size: bytes.length, bytes });
  }

  newUpload(): Upload {
    return new Upload(this.#folder === undefined ? null : join(this.#folder, `upload-${randomUUID()}`));
  }

  async keep(repository: string, digest: string, upload: Upload): Promise<void> {
    this.#blobs.set(digest, { size: upload.size, bytes: await upload.finish(this.#path(digest)) });
    this.link(repository, digest);
  }

  manifest(repository: string, reference: string): (KeptManifest & { digest: string }) | null {
    const known = this.#repositories.get(repository);
    const digest = reference.startsWith("sha256:") ? reference : known?.tags.get(reference);
    const manifest = digest === undefined ? undefined : known?.manifests.get(digest);
    return manifest === undefined ? null : { ...manifest, digest: digest! };
  }

  /** True when the repository did not have it. */
  async keepManifest(
    repository: string,
    reference: string,
    manifest: KeptManifest & { digest: string },
  ): Promise<boolean> {
    const { manifests, tags } = this.#open(repository);
    const isNew = !manifests.has(manifest.digest);
    manifests.set(manifest.digest, manifest);
    if (!reference.startsWith("sha256:")) tags.set(reference, manifest.digest);
    if (this.#folder !== undefined) await writeFile(this.#path(manifest.digest), manifest.bytes);
    return isNew;
  }

  tags(repository: string): string[] {
    return [...(this.#repositories.get(repository)?.tags.keys() ?? [])].sort();
  }

  #open(repository: string): Repository {
    const known = this.#repositories.get(repository) ?? { blobs: new Set(), manifests: new Map(), tags: new Map() };
    this.#repositories.set(repository, known);
    return known;
  }

  #path(digest: string): string {
    return join(this.#folder ?? "", digest.replace(":", "-"));
  }
}

/** Bytes of an unfinished upload, hashed as they come. */
export class Upload {
  readonly #path: string | null;
  readonly #hash = createHash("sha256");
  readonly #chunks: Buffer[] = [];
  readonly #file: ReturnType<typeof createWriteStream> | null;
  size = 0;

  constructor(path: string | null) {
    this.#path = path;
    this.#file = path === null ? null : createWriteStream(path);
  }

  async append(chunk: Buffer): Promise<void> {
    this.#hash.update(chunk);
    this.size += chunk.length;
    if (this.#file === null) this.#chunks.push(chunk);
    else if (!this.#file.write(chunk)) await once(this.#file, "drain");
  }

  digest(): string {
    return `sha256:${this.#hash.copy().digest("hex")}`;
  }

  /** The bytes, or null when they were moved to `path`. */
  async finish(path: string): Promise<Buffer | null> {
    if (this.#file === null) return Buffer.concat(this.#chunks);
    await this.#close();
    await rename(this.#path!, path);
    return null;
  }

  async drop(): Promise<void> {
    this.#chunks.length = 0;
    await this.#close();
    if (this.#path !== null) await rm(this.#path, { force: true });
  }

  async #close(): Promise<void> {
    if (this.#file === null || this.#file.closed) return;
    this.#file.end();
    await once(this.#file, "close");
  }
}
