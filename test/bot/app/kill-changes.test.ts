import { expect, test } from "vitest";
import { countKills, endPlays, playBoth, seedFirst, type Play } from "./killed-play.ts";

const CONFIG = "environments/hr/database_config.yaml";

/** A pull request that changes only parameters, from its first push on. */
async function play(story: Play): Promise<void> {
  await seedFirst(story);
  story.threaten();
  const text = (await story.show(CONFIG))!.replace("open_cursors: 500", "open_cursors: 700");
  await story.merge("cursors", { [CONFIG]: text });
}

test("the bot's own process, killed after every write: a change of parameters gets a permit and no run", async () => {
  const both = await playBoth(play);
  const { broken } = both;
  expect(await broken.show("environments/hr/approval.yaml")).toMatch(/^work: apply\ngeneration: 1$/m);
  expect(await broken.show("environments/hr/manifests/fleet.yaml")).not.toBeNull();
  expect(broken.github.runs.all).toHaveLength(1);
  expect(countKills(broken, /refs\/heads%2Fcursors/, /refs\/heads%2Fmain/, /dispatches/)).toEqual([1, 1, 0]);
  // The checks and comments of the pull request too.
  expect(broken.killed.length).toBeGreaterThanOrEqual(14);
  await endPlays(both);
});
