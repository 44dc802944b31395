import { missingForControlPlane } from "../assets.ts";

/** What is missing here for a real node, in words that end "skipped: … needs"; null where nothing is. */
export function missingForNode(): string | null {
  if (process.getuid?.() !== 0) return "root, which alone makes containers";
  return missingForControlPlane();
}
