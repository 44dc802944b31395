import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeDump } from "./dump.ts";
import { expectNeverExposed } from "./invariants.ts";
import { plainWish, startSeededWorld, type SeededWorld } from "./seeded-database.ts";

/** Runtimes with one thing broken: what these suites look for is found where it is. */
const BROKEN: { name: string; file: string; from: string; to: string; found: RegExp }[] = [
  {
    name: "does not restrict",
    file: "lib/pdb.sh",
    from: "pdb_restrict() {",
    to: "pdb_restrict() {\n  pdb_read\n  return 0",
    found: /open to people with raw data/,
  },
  {
    name: "does not mask",
    file: "lib/phases/secured.sh",
    from: 'scripts_run "$SEED" secure',
    to: ":",
    found: /open to people with raw data/,
  },
  {
    name: "leaves links",
    file: "lib/phases/secured.sh",
    from: "[[ $REMOVE_DB_LINKS == no ]] || secure_links",
    to: ":",
    // The runtime's own check sees it first.
    found: /links-left/,
  },
  {
    name: "opens before it has checked",
    file: "lib/phases/secured.sh",
    from: "phase_secured_run() {",
    to: "phase_secured_run() {\n  pdb_open",
    found: /open to people with raw data/,
  },
];

describe("a runtime that is broken", () => {
  let world: SeededWorld;
  beforeAll(async () => {
    world = await startSeededWorld("gvenzl-free");
  });
  afterAll(() => world.close());

  it.each(BROKEN)("is found out when it $name", async ({ name, file, from, to, found }) => {
    const dump = makeDump(6);
    const digest = await world.pushSeed(dump, async (folder) => {
      const path = join(folder, "opt/seedbed", file);
      const text = await readFile(path, "utf8");
      expect(text).toContain(from);
      await writeFile(path, text.replace(from, to));
    });
    const database = await world.sync(name.replaceAll(" ", "-"), { ...(await plainWish(world)), dump, digest });
    const end = await database.waitFor(
      ({ phase, event }) => event === "fail" || (phase === "open" && event === "done"),
      100,
    );
    const problem = await expectNeverExposed(database).then(
      () => end.code ?? "nothing was found",
      (error: unknown) => String(error),
    );
    expect(problem).toMatch(found);
    await database.pod.kill9();
    await database.pod.stop();
  });
});
