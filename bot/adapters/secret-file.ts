import { readFileSync } from "node:fs";

/** The text of a file that a `<NAME>_FILE` variable points to. */
export function readSecretFile(path: string): string {
  return readFileSync(path, "utf8");
}
