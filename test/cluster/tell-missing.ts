import { missingForControlPlane } from "./assets.ts";

/** Runs once before the suites of a real cluster: one line says what of them is skipped, and where every suite must run that is a failure. */
export default function tellMissing(): void {
  const missing = missingForControlPlane();
  if (missing === null) return;
  if (process.env["SEEDBED_REQUIRE_ALL"] === "1")
    throw new Error(`The cluster tests need ${missing}, and SEEDBED_REQUIRE_ALL=1 makes a skipped suite a failure.`);
  process.stderr.write(`skipped: the cluster tests need ${missing}\n`);
}
