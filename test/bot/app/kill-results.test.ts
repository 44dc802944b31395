import { expect, test } from "vitest";
import { person } from "../../world/github/person.ts";
import { failedOf, finishRun, takeRun } from "../main/fake-runner.ts";
import { countKills, endPlays, lastingRequest, playBoth, type Play } from "./killed-play.ts";

const LOCK = "environments/hr/seed.lock.yaml";

/** A forged artifact, a failed export, a DBA's retry, and its result. */
async function play(story: Play): Promise<void> {
  const { github } = story;
  await story.merge("add-hr", lastingRequest("hr"));
  const run = await takeRun(story);
  story.threaten();
  leaveForgery(story);
  await story.settled(() => github.state.comments.some(({ body }) => body.includes("was refused")));
  await finishRun(story, run, { conclusion: "failure", result: failedOf });
  await story.settled(story.has(LOCK, "outcome: failed"));
  await person(github, "grace").runWorkflow("provision.yml", { database: "hr", reason: "granted" });
  await story.settled(story.has("environments/hr/approval.yaml", "cause: retry"));
  await finishRun(story, await takeRun(story));
  await story.settled(story.has(LOCK, "outcome: seeded"));
}

/** A workflow on somebody's branch leaves an artifact with the name of a result. */
function leaveForgery({ github }: Play): void {
  const bob = github.state.users.get("bob")!;
  const where = { event: "push" as const, path: ".github/workflows/ci.yml", title: "ci", headBranch: "x", inputs: {} };
  const whose = { headRepositoryId: github.state.repositoryId, actor: bob, triggeringActor: bob };
  const artifact = { name: "seed-result-1", zip: Buffer.from("x") };
  github.runs.record({ ...where, ...whose, headSha: "a".repeat(40) }, [artifact]);
}

test("the bot's own process, killed after every write: a forged result, a failure, a retry and its result", async () => {
  const both = await playBoth(play);
  const { broken } = both;
  // A failure, a permit, a lock; the issue of the refused result, its comment, and three changes of the sticky comment.
  const kills = countKills(broken, /git\/trees/, /git\/commits/, /refs\/heads%2Fmain/, /issues/);
  expect(kills).toEqual([3, 3, 3, 5]);
  expect(broken.killed).toHaveLength(14);
  const conclusions = broken.github.runs.all.map(({ path, conclusion }) => [path.split("/").at(-1), conclusion]);
  expect(conclusions).toEqual([
    ["provision.yml", "failure"],
    ["ci.yml", "success"],
    ["provision.yml", "success"],
  ]);
  await endPlays(both);
});
