import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { leaks, readJournal, RunningContainer } from "./running-container.ts";
import { sampleApply, sampleSeed } from "./samples.ts";
import { buildSeededRoot, putConfigMap } from "./seeded-root.ts";

let root: string;
let container: RunningContainer | null = null;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "seedbed-unfinished-"));
});

afterEach(async () => {
  await container?.kill();
  container = null;
  await rm(root, { recursive: true, force: true });
});

/** Masks with a script that does not come to its end; what the container says about it. */
async function maskWith(text: string): Promise<string> {
  const seed = sampleSeed({ scripts: { pre_import: [], masking: [{ path: "scripts/mask.sql", text }] } });
  const path = await buildSeededRoot(root, { seed });
  await putConfigMap(root, "apply", sampleApply({ users: [] }));
  container = new RunningContainer(root, path);
  await Promise.race([container.ends(), container.sees(/phase=open event=done/)]);
  expect(leaks(root)).toEqual([]);
  expect(readJournal(root).at(-1)).toMatchObject({ restricted: true });
  return /phase=secured event=fail .*/.exec(container.output)?.[0] ?? "";
}

test("a last statement without its semicolon does not take our COMMIT for an alias and is rolled back unseen", async () => {
  expect(await maskWith("DELETE FROM HR.EMPLOYEES")).toMatch(/code=script-failed text="10-secure.sql: ORA-00933/);
});

test("variables that nobody defined do not swallow our COMMIT", async () => {
  const said = await maskWith("SET DEFINE ON\nUPDATE HR.EMPLOYEES SET EMAIL = '&a&b&c';\n");
  expect(said).toMatch(/code=script-failed text="10-secure.sql: SQL\*Plus asked for the value of a variable/);
});

test("a variable that nobody defined does not swallow the next statement of a script", async () => {
  const said = await maskWith("SET DEFINE ON\nSELECT '&a' FROM DUAL;\nUPDATE HR.EMPLOYEES SET EMAIL = NULL;\n");
  expect(said).toMatch(/code=script-failed text="10-secure.sql: SQL\*Plus asked for the value of a variable/);
});
