import { missingForControlPlane } from "./assets.ts";
import { missingForNode } from "./node/missing.ts";

/** Runs once before the suites of a real cluster: one line says what of them is skipped, and where every suite must run that is a failure. */
export default function tellMissing(): void {
  const plane = missingForControlPlane();
  const [what, missing] = plane === null ? ["tests on a real node", missingForNode()] : ["cluster tests", plane];
  if (missing === null) return;
  if (process.env["SEEDBED_REQUIRE_ALL"] === "1")
    throw new Error(`The ${what} need ${missing}, and SEEDBED_REQUIRE_ALL=1 makes a skipped suite a failure.`);
  process.stderr.write(`skipped: the ${what} need ${missing}\n`);
}
