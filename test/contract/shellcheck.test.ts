import { execFileSync } from "node:child_process";
import { globSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readRuntime, RUNTIME } from "../container/read-runtime.ts";
import { needs } from "../need.ts";

/** Scripts beside the runtime: of CI, of the stand-in image, of the cluster's tests. */
const OURS = [
  ".ci/run",
  "test/world/image/programs/sqlplus.sh",
  ...globSync("test/cluster/**/*.sh", { cwd: join(import.meta.dirname, "../..") }),
];

describe.skipIf(!needs("shellcheck"))("shellcheck", () => {
  test("finds nothing in any file of the runtime, at style level", async () => {
    const files = (await readRuntime()).map(({ path }) => path).filter((path) => path.endsWith(".sh"));
    expect(files.length).toBeGreaterThan(40);
    expect(
      execFileSync("shellcheck", ["-x", "-P", ".", "-S", "style", ...files], { cwd: RUNTIME, encoding: "utf8" }),
    ).toBe("");
  });

  test.each(OURS)("finds nothing in %s", (script) => {
    const top = join(import.meta.dirname, "../..");
    expect(execFileSync("shellcheck", ["-S", "style", script], { cwd: top, encoding: "utf8" })).toBe("");
  });
});
