import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PULL_LIMITS } from "../../bot/decide/pull/refuse-size.ts";
import { YAML_LIMITS } from "../../src/document/compose-yaml.ts";
import { MOST_BYTES, MOST_FILES } from "../../src/layout/limits.ts";
import { MOST_PROBLEMS } from "../../src/problem/limit-problems.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/security.md"), "utf8");
const section = page.slice(page.indexOf("\n## Limits of what is read"), page.indexOf("\n## Limits\n"));
const rows = section.split("\n").filter((line) => line.startsWith("| "));
const KIB = 1024;
const MIB = 1024 * KIB;

test.each([
  ["a request, the settings", `${MOST_BYTES.request / KIB} KiB`],
  ["a request, the settings", `${MOST_BYTES.settings / KIB} KiB`],
  ["a script, a permit", `${MOST_BYTES.other / KIB} KiB`],
  ["a lock, a manifest", `${MOST_BYTES.generated / MIB} MiB`],
  ["hand-written files of a database", String(MOST_FILES)],
  ["levels of YAML", String(YAML_LIMITS.levels)],
  ["keys of one map", String(YAML_LIMITS.keys)],
  ["keys, values and signs", String(YAML_LIMITS.tokens)],
  ["errors of YAML", String(YAML_LIMITS.errors)],
  ["problems of a file", String(MOST_PROBLEMS)],
  ["changed databases", String(PULL_LIMITS.databases)],
  ["changed files", String(PULL_LIMITS.paths)],
  ["hand-written files of the changed databases", `${PULL_LIMITS.files}, and ${PULL_LIMITS.bytes / MIB} MiB`],
])("docs/security.md has the limit of %s as the code has it: %s", (what, limit) => {
  const [, , most] = rows.find((row) => row.startsWith(`| ${what}`))!.split(" | ".trim());
  expect(most!.trim().split(":")[0]).toBe(limit);
});

test("each row of the limits names a test", () => {
  const own = rows.filter((row) => !row.startsWith("| ---") && !row.startsWith("| what"));
  expect(own.length).toBeGreaterThan(15);
  for (const row of own) expect(row).toMatch(/`test\/[\w./-]+\.test\.ts`|the same \|$/);
});
