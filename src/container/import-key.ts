import { digestOfJson, type Digest } from "../crypto/digest.ts";

/** What an import depends on; a higher `reset` imports the same dump again, and no command raises it yet. */
export interface ImportKeyInput {
  dumpSet: Digest;
  importInputs: Digest;
  reset: number;
}

/** The container imports when this key differs from that of its current data. */
export function importKey({ dumpSet, importInputs, reset }: ImportKeyInput): Digest {
  return digestOfJson({ dump_set: dumpSet, import_inputs: importInputs, reset });
}
