import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readRuntime, RUNTIME } from "../container/read-runtime.ts";
import { needs } from "../need.ts";

describe.skipIf(!needs("shellcheck"))("shellcheck", () => {
  test("finds nothing in any file of the runtime, at style level", async () => {
    const files = (await readRuntime()).map(({ path }) => path).filter((path) => path.endsWith(".sh"));
    expect(files.length).toBeGreaterThan(40);
    expect(
      execFileSync("shellcheck", ["-x", "-P", ".", "-S", "style", ...files], { cwd: RUNTIME, encoding: "utf8" }),
    ).toBe("");
  });

  test("finds nothing in the scripts of the stand-in image that are ours", () => {
    const script = join(import.meta.dirname, "../world/image/programs/sqlplus.sh");
    expect(execFileSync("shellcheck", ["-S", "style", script], { encoding: "utf8" })).toBe("");
  });
});
