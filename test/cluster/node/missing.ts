import { existsSync } from "node:fs";
import { join } from "node:path";
import { missingForControlPlane } from "../assets.ts";

/** What is missing here for a real node, in words that end "skipped: … needs"; null where nothing is. */
export function missingForNode(): string | null {
  if (process.getuid?.() !== 0) return "root, which alone makes containers";
  const missing = missingForControlPlane();
  if (missing !== null) return missing;
  const given = process.env["SEEDBED_CLUSTER_ASSETS"];
  if (given) return existsSync(join(given, "root")) ? null : `containerd and runc in ${given}/root`;
  return existsSync("/usr/bin/dpkg") ? null : "dpkg and apt-get, which unpack containerd and runc";
}
