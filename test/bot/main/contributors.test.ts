import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { endMainWorld, startSeeded } from "./main-scene.ts";
import type { MainWorld } from "./main-world.ts";
import { pushPastRuleset } from "./past-ruleset.ts";

const APPROVAL = "environments/hr/approval.yaml";
const CONFIG = "environments/hr/database_config.yaml";
const unmasked = { "environments/hr/scripts/mask.sql": "-- without masking\nselect 1 from dual;\n" };

let world: MainWorld;
beforeEach(async () => {
  world = await startSeeded();
});
afterEach(() => endMainWorld(world));

async function expectRefusal(login: "grace", why: string): Promise<void> {
  await world.people[login].runWorkflow("provision.yml", { database: "hr", reason: "mine" });
  expect(await world.reconcile()).toMatchObject({ commits: [], cancelled: [expect.any(String)] });
  expect(world.github.state.comments.at(-1)?.body).toContain(why);
}

describe("whoever contributed to bytes without a permit cannot permit them", () => {
  test("also when twenty other pushes follow: a long history hides no contributor", async () => {
    const config = (await world.show(CONFIG))!;
    await pushPastRuleset(world, "grace", unmasked);
    for (let count = 0; count < 20; count += 1)
      await pushPastRuleset(world, "root", {
        [CONFIG]: config.replace("open_cursors: 500", `open_cursors: ${count + 600}`),
      });
    await expectRefusal("grace", "GitHub cannot tell who wrote and pushed them");
  });

  test("also when an invalid approval.yaml or an old permit was pushed after them", async () => {
    const permit = (await world.show(APPROVAL))!;
    await pushPastRuleset(world, "grace", unmasked);
    await pushPastRuleset(world, "grace", { [APPROVAL]: "version: 1\n" });
    await expectRefusal("grace", "@\u200bgrace wrote or pushed them");
    await pushPastRuleset(world, "grace", { [APPROVAL]: permit });
    await expectRefusal("grace", "@\u200bgrace wrote or pushed them");
    await world.people.lin.runWorkflow("provision.yml", { database: "hr", reason: "I read it" });
    expect(await world.reconcile()).toMatchObject({ commits: [expect.any(String)], cancelled: [] });
    expect(await world.show(APPROVAL)).toMatch(/^generation: 2\ncause: reseed$/m);
  });
});
