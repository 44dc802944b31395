import { afterEach, beforeEach, expect, test } from "vitest";
import { endMainWorld } from "./main-scene.ts";
import { exampleRequest, startMainWorld, type MainWorld } from "./main-world.ts";
import { pushPastRuleset } from "./past-ruleset.ts";

const GHOST = "environments/ghost/manifests/40-database.yaml";

let world: MainWorld;
beforeEach(async () => {
  world = await startMainWorld();
});
afterEach(() => endMainWorld(world));

test("manifests below a folder without a request are removed, and nothing else there", async () => {
  await world.merge({ branch: "hr", edits: await exampleRequest() });
  await world.reconcile();
  await pushPastRuleset(world, "root", { [GHOST]: "kind: Pod\n", "environments/ghost/seed.lock.yaml": "kept\n" });
  const { commits } = await world.reconcile();
  expect(commits).toHaveLength(1);
  expect(await world.show(GHOST)).toBeNull();
  expect(await world.show("environments/ghost/seed.lock.yaml")).toBe("kept\n");
  expect((await world.history())[0]).toContain("Remove the manifests of ghost: main has no request for it");
  expect(await world.reconcile()).toMatchObject({ commits: [] });
});

test("the last manifests go where a bundle stays that deploys nothing", async () => {
  await pushPastRuleset(world, "root", { [GHOST]: "kind: Pod\n", ".github/seedbed/marker/fleet.yaml": "name: x\n" });
  expect((await world.reconcile()).commits).toHaveLength(1);
  expect(await world.show(GHOST)).toBeNull();
});

test("the last manifests that Fleet finds stay: without any, Fleet uninstalls everything", async () => {
  await pushPastRuleset(world, "root", { [GHOST]: "kind: Pod\n" });
  expect(await world.reconcile()).toMatchObject({ commits: [] });
  expect(await world.show(GHOST)).toBe("kind: Pod\n");
});
