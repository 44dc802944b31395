import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CHECKS } from "../../../../bot/decide/gate/check-names.ts";
import { judgeHere } from "../../call-here.ts";
import { decidePull } from "../../../../bot/decide/pull/decide-pull.ts";
import { readPullState } from "../../../../bot/observe/pull/read-pull-state.ts";
import { endMainWorld, startSeeded } from "../../main/main-scene.ts";
import type { MainWorld } from "../../main/main-world.ts";
import { pushPastRuleset } from "../../main/past-ruleset.ts";
import { RULES } from "./build-state.ts";

const CONFIG = "environments/hr/database_config.yaml";
const MASK = "environments/hr/scripts/mask.sql";

let world: MainWorld;
beforeEach(async () => {
  world = await startSeeded();
});
afterEach(() => endMainWorld(world));

/** What the bot would write on a new pull request. */
async function open(branch: string, edits: Record<string, string>) {
  await world.people.ada.push({ branch, edits });
  const state = await readPullState(
    world.hub,
    await world.hub.pulls.get(await world.people.ada.openPull(branch, branch)),
    judgeHere(),
  );
  const { checks, comment } = decidePull({ ...state, rules: RULES });
  const check = (name: string) => checks.find((one) => one.name === name)!;
  return { validate: check(CHECKS.validate), approval: check(CHECKS.approval), comment: comment ?? "" };
}

describe("files that came to main without an approval", () => {
  test("are shown to whoever approves a pull request over them that does not change them", async () => {
    await pushPastRuleset(world, "root", { [MASK]: "-- no masking any more\nselect 1 from dual;\n" });
    const config = (await world.show(CONFIG))!;
    const shown = await open("cursors", { [CONFIG]: config.replace("open_cursors: 500", "open_cursors: 700") });
    const warning = { path: MASK, level: "warning", message: expect.stringContaining("without an approval") as string };
    expect(shown.validate.conclusion).toBe("success");
    expect(shown.validate.annotations.filter(({ path }) => path === MASK)).toMatchObject([warning]);
    expect(shown.approval.summary).toContain(`⚠️ An approval also covers these files`);
    expect(shown.approval.summary).toContain(`- \`${MASK}\``);
    expect(shown.comment).toContain(
      `other content than the last permit, and the diff does not show it (\`${MASK}:1\`)`,
    );
  });

  test("are not told again where the diff shows them, or when a permit covers them", async () => {
    const config = (await world.show(CONFIG))!;
    const edited = { [CONFIG]: config.replace("open_cursors: 500", "open_cursors: 700") };
    expect((await open("quiet", edited)).comment).not.toContain("last permit");
    await pushPastRuleset(world, "root", { [MASK]: "select 1 from dual;\n" });
    const changed = await open("mask", { ...edited, [MASK]: "select 2 from dual;\n" });
    expect(changed.comment).not.toContain("last permit");
    expect(changed.approval.summary).not.toContain("An approval also covers");
  });
});
