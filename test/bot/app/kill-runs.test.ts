import { expect, test } from "vitest";
import { person } from "../../world/github/person.ts";
import { finishRun, takeRun } from "../main/fake-runner.ts";
import { countKills, endPlays, playBoth, seedFirst, type Play } from "./killed-play.ts";

/** Run workflow by a DBA, its result, and Run workflow by somebody who may not. */
async function play(story: Play): Promise<void> {
  const { github } = story;
  const run = (login: string, reason: string) =>
    person(github, login).runWorkflow("provision.yml", { database: "hr", reason });
  await seedFirst(story);
  story.threaten();
  await run("grace", "new rows");
  await story.settled(story.has("environments/hr/approval.yaml", "cause: reseed"));
  await finishRun(story, await takeRun(story));
  await story.settled(story.has("environments/hr/seed.lock.yaml", "\ngeneration: 2"));
  await run("bob", "mine");
  await story.settled(() => github.runs.all.at(-1)?.conclusion === "cancelled");
}

test("the bot's own process, killed after every write: a reseed, and a run that is refused once", async () => {
  const both = await playBoth(play);
  const { broken } = both;
  const kills = countKills(broken, /git\/trees/, /git\/commits/, /refs\/heads%2Fmain/, /issues/, /cancel$/);
  // A permit and a lock, two changes of the sticky comment and one note, one cancelled run.
  expect(kills).toEqual([2, 2, 2, 3, 1]);
  expect(broken.killed).toHaveLength(10);
  expect(broken.github.runs.all.map(({ conclusion }) => conclusion)).toEqual(["success", "success", "cancelled"]);
  expect(broken.github.state.comments.filter(({ body }) => body.includes("is not among the people"))).toHaveLength(1);
  await endPlays(both);
});
