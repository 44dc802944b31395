import { needs } from "../need.ts";

/** Whether containers can be made here. With SEEDBED_REQUIRE_ALL=1 what is missing is an error. */
export function needsRunc(): boolean {
  if (!needs("runc")) return false;
  if (process.getuid?.() === 0) return true;
  if (process.env["SEEDBED_REQUIRE_ALL"] === "1")
    throw new Error("containers are made by root alone, and SEEDBED_REQUIRE_ALL=1 makes a skipped suite a failure.");
  process.stderr.write("skipped: needs root, which alone makes containers\n");
  return false;
}
