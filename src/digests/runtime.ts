import { digestOfBytes, digestOfJson, type Digest } from "../crypto/digest.ts";

/** Everything that the container runs, apart from the data. */
export interface Runtime {
  /** Digest of the base image. */
  base: Digest;
  platform: string;
  /** Path in the image to text, of every file of the runtime layer. */
  files: Record<string, string>;
}

/** Decides whether the image is rebuilt over the same dump: base, platform, runtime files. */
export function digestRuntime({ base, platform, files }: Runtime): Digest {
  const digests = Object.entries(files).map(([path, text]) => [path, digestOfBytes(text)]);
  return digestOfJson({ base, platform, files: Object.fromEntries(digests) });
}
