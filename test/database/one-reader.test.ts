import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const TOP = join(import.meta.dirname, "../..");

/** Files of product and bot whose text has something, without comments. */
function filesWith(pattern: RegExp): string[] {
  const paths = ["src", "bot"].flatMap((folder) =>
    readdirSync(join(TOP, folder), { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`),
  );
  const code = (path: string) => readFileSync(join(TOP, path), "utf8").replace(/\/\*[^]*?\*\/|\/\/[^\n]*/g, "");
  return paths.filter((path) => path.endsWith(".ts") && pattern.test(code(path))).toSorted();
}

test("a lock is parsed in one place, and one place says what counts where there is none", () => {
  expect(filesWith(/\bparseLock\b/)).toEqual(["src/database/read-folder.ts", "src/lock/parse-lock.ts"]);
  expect(filesWith(/\bemptyLock\b/)).toEqual([
    "src/database/read-folder.ts",
    "src/lock/advance-lock.ts",
    // What stood before the first lock of a history.
    "src/permit/verify-history.ts",
  ]);
});

test("git's modes are judged in one place; the bot's client writes the one that it may", () => {
  expect(filesWith(/"(?:100644|100755|120000|160000)"/)).toEqual([
    "bot/hub/octokit/git.ts",
    "src/database/file-mode.ts",
  ]);
});
