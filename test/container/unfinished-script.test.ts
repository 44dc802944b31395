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

test(
  "a last statement without its semicolon does not take our COMMIT for an alias and is rolled back unseen",
  { timeout: 90_000 },
  async () => {
    const text = "DELETE FROM HR.EMPLOYEES";
    const seed = sampleSeed({ scripts: { pre_import: [], masking: [{ path: "scripts/mask.sql", text }] } });
    const path = await buildSeededRoot(root, { seed });
    await putConfigMap(root, "apply", sampleApply({ users: [] }));
    container = new RunningContainer(root, path);
    await Promise.race([container.ends(), container.sees(/phase=open event=done/)]);
    expect(container.output).toMatch(/phase=secured event=fail code=script-failed text="10-secure.sql: ORA-00933/);
    expect(leaks(root)).toEqual([]);
    expect(readJournal(root).at(-1)).toMatchObject({ restricted: true });
  },
);
