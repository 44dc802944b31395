import { expect, test } from "vitest";
import { countKills, endPlays, lastingRequest, playBoth, seedFirst, type Play } from "./killed-play.ts";

/** A pull request that deletes a database and adds one, because Fleet must keep a folder. */
async function play(story: Play): Promise<void> {
  await seedFirst(story);
  story.threaten();
  const gone = Object.fromEntries(Object.keys(lastingRequest("hr")).map((path) => [path, null]));
  await story.merge("move", { ...gone, ...lastingRequest("hr-next") });
}

test("the bot's own process, killed after every write: a deleted database gets no permit, its successor gets one and a run", async () => {
  const both = await playBoth(play);
  const { broken } = both;
  const left = await broken.github.state.git.git(["ls-tree", "-r", "--name-only", "main", "environments/hr/"]);
  expect(left).toBe("environments/hr/approval.yaml\nenvironments/hr/seed.lock.yaml\n");
  expect(await broken.show("environments/hr-next/approval.yaml")).toMatch(/^work: export\ngeneration: 1$/m);
  expect(broken.github.runs.all.map(({ inputs }) => inputs["database"])).toEqual(["hr", "hr-next"]);
  expect(countKills(broken, /refs\/heads%2Fmove/, /refs\/heads%2Fmain/, /dispatches/)).toEqual([1, 1, 1]);
  // The checks and comments of the pull request too.
  expect(broken.killed.length).toBeGreaterThanOrEqual(15);
  await endPlays(both);
});
