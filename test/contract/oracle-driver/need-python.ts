import { spawnSync } from "node:child_process";

/** Debian's 1.2.1 still opens with native network services, which no other client here does. */
const OLDEST = 2;

/** Whether `python3` has a python-oracledb to test with. With SEEDBED_REQUIRE_ALL=1 a missing one is an error. */
export function needsPythonDriver(): boolean {
  const script = "import oracledb; print(oracledb.__version__)";
  const { status, stdout } = spawnSync("python3", ["-c", script], { encoding: "utf8" });
  const version = status === 0 ? stdout.trim() : null;
  if (version !== null && Number(version.split(".")[0]) >= OLDEST) return true;
  const what = version === null ? "python3 has no oracledb" : `python3 has oracledb ${version}, which is too old`;
  if (process.env["SEEDBED_REQUIRE_ALL"] === "1")
    throw new Error(`${what}, and SEEDBED_REQUIRE_ALL=1 makes a skipped suite a failure: pip install oracledb`);
  process.stderr.write(`skipped: ${what}\n`);
  return false;
}
