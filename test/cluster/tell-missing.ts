import { missingForControlPlane } from "./assets.ts";
import { missingForNode } from "./node/missing.ts";

/** Runs once before the suites of a real cluster: one line says what of them is skipped, and where every suite must run that is a failure. */
export default function tellMissing(): void {
  const [plane, node] = [missingForControlPlane(), missingForNode()];
  const missing = plane === null ? node && `the tests of a real node need ${node}` : `the cluster tests need ${plane}`;
  if (missing === null) return;
  if (process.env["SEEDBED_REQUIRE_ALL"] === "1")
    throw new Error(`Not everything is there: ${missing}. SEEDBED_REQUIRE_ALL=1 makes a skipped suite a failure.`);
  process.stderr.write(`skipped: ${missing}\n`);
}
