import { expect, test } from "vitest";
import { BYPASS_ISSUE } from "../../../bot/reconcile/audit-pushes.ts";
import { pushPastRuleset } from "../main/past-ruleset.ts";
import { countKills, endPlays, lastingRequest, playBoth, seedFirst, type Play } from "./killed-play.ts";

const CONFIG = "environments/hr/database_config.yaml";

/** A request that an owner of the organization pushes to main past the ruleset. */
async function play(story: Play): Promise<void> {
  const { state } = story.github;
  await seedFirst(story);
  story.threaten();
  await pushPastRuleset(story, "root", { [CONFIG]: lastingRequest("hr")[CONFIG]!.replace("2020", "1990") });
  const isTold = (text: string) => state.comments.some(({ body }) => body.includes(text));
  await story.settled(() => isTold("@root pushed to") && isTold("not permitted"));
}

test("the bot's own process, killed after every write: a push past the ruleset is reported once and never signed", async () => {
  const both = await playBoth(play);
  const { broken } = both;
  const { state, runs } = broken.github;
  // An issue with one comment each: the alarm, and the database whose request no pull request brought.
  expect(countKills(broken, /\/issues$/, /comments/)).toEqual([2, 2]);
  expect(state.issues.filter(({ title }) => title === BYPASS_ISSUE)).toHaveLength(1);
  expect(state.comments.filter(({ body }) => body.includes("@root pushed to"))).toHaveLength(1);
  expect(await broken.show("environments/hr/approval.yaml")).toMatch(/^generation: 1$/m);
  expect(runs.all).toHaveLength(1);
  await endPlays(both);
});
