import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readJournal, RunningContainer } from "./running-container.ts";
import { sampleApply, sampleDumpSet } from "./samples.ts";
import { buildSeededRoot, putConfigMap } from "./seeded-root.ts";

let root: string;
let container: RunningContainer | null = null;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "seedbed-damage-"));
});

afterEach(async () => {
  await container?.kill();
  container = null;
  await rm(root, { recursive: true, force: true });
});

async function start(path: string, number = 1): Promise<RunningContainer> {
  await container?.kill();
  container = new RunningContainer(root, path, number);
  return container;
}

const volume = (name: string): string => join(root, "opt/oracle/oradata/.seedbed", name);

test("a flipped byte stops before the import, names the file, and after three attempts nothing is tried again", async () => {
  const path = await buildSeededRoot(root);
  await putConfigMap(root, "apply", sampleApply());
  const name = Object.keys(sampleDumpSet().dump)[0]!;
  const file = join(root, "opt/seedbed/dump", name);
  const bytes = await readFile(file);
  bytes[bytes.length >> 1]! ^= 1;
  await writeFile(file, bytes);
  for (const attempt of [1, 2, 3]) {
    const first = await start(path, attempt);
    expect(await first.ends()).not.toBe(0);
    expect(first.output).toMatch(new RegExp(`phase=verified event=fail code=dump-damaged text="${name}`));
    expect(await readFile(join(root, "dev/termination-log"), "utf8")).toContain(name);
    expect(await readFile(volume("attempts"), "utf8")).toMatch(new RegExp(`^count=${attempt}$`, "m"));
  }
  const fourth = await start(path, 4);
  await fourth.sees(/holding/);
  expect(fourth.output).toMatch(/code=dump-damaged/);
  expect(fourth.output).not.toMatch(/phase=found event=start/);
  expect(readJournal(root).filter(({ program }) => program === "impdp")).toEqual([]);
  expect(readJournal(root).at(-1)).toMatchObject({ restricted: true });
});

test("a dump set that neither volume nor image has stops with what is missing", async () => {
  const path = await buildSeededRoot(root);
  await writeFile(join(root, "opt/seedbed/facts/SHA256SUMS"), "0".repeat(64) + "  other.dmp\n");
  const failing = await start(path);
  expect(await failing.ends()).toBe(1);
  expect(failing.output).toContain(
    `code=dump-not-found text="neither the volume nor the image has the dump set ${sampleDumpSet().digest}`,
  );
});
