import { digestOfBytes, digestOfJson, type Digest } from "./digest.ts";

/** What the container runs, apart from the data. */
export interface Runtime {
  /** Digest of the base image. */
  base: Digest;
  platform: string;
  /** Path in the image to text, of every file of the runtime layer. */
  files: Record<string, string>;
}

/** Decides whether an image is built anew over the same dump: base, platform, runtime files. */
export function digestRuntime({ base, platform, files }: Runtime): Digest {
  const digests = Object.entries(files).map(([path, text]) => [path, digestOfBytes(text)]);
  return digestOfJson({ base, platform, files: Object.fromEntries(digests) });
}
