import { zipOf } from "../platform/zip.ts";
import type { Platform } from "../platform/platform.ts";
import { visible } from "../platform/pull.ts";
import { waitFor } from "../platform/wait.ts";
import { afterRefUpdate } from "../../world/github/pushes.ts";
import { noreply } from "../../world/github/state.ts";
import { lockOnMain } from "./provision.ts";

/** Runs by hand: by a person without permission, for a database that does not exist, and while the bot is down. */
export async function manualRuns(platform: Platform): Promise<void> {
  const { tell, world } = platform;
  const before = {
    exports: (await world.counts()).exports.started,
    permit: await platform.main("environments/hr/approval.yaml"),
  };
  const refused = await runBy(platform, "mallory", "hr");
  const unknown = await runBy(platform, "grace", "hrr");
  const log = await platform.runLog(unknown.id, "plan");
  tell.output(
    log
      .split("\n")
      .filter((line) => line.includes("hrr"))
      .slice(0, 2)
      .join("\n"),
  );
  tell.prove({
    what: "a run by hand needs permission and an existing database",
    observed: `mallory: ${refused.conclusion}; hrr: ${unknown.conclusion}, and the log suggests hr; ${(await world.counts()).exports.started - before.exports} exports`,
    where: `runs/${refused.id}/, runs/${unknown.id}/`,
    holds:
      refused.conclusion !== "success" &&
      unknown.conclusion === "failure" &&
      log.includes('"hr"') &&
      (await world.counts()).exports.started === before.exports &&
      (await platform.main("environments/hr/approval.yaml")) === before.permit,
  });
  tell.say("The bot goes down. Meanwhile, Grace asks for fresh data:");
  await platform.bot.kill();
  const generation = (await lockOnMain(platform))!.generation;
  const waits = new Promise<void>((resolve) => {
    platform.watchJobs = (_job, line) => {
      if (line.includes("Waiting up to")) resolve();
    };
  });
  const waiting = await platform.as("grace").runWorkflow("provision.yml", { database: "hr", reason: "bot was down" });
  const id = Number(waiting.json["workflow_run_id"]);
  await waits;
  platform.watchJobs = null;
  const whileDown = (await lockOnMain(platform))!.generation;
  platform.bot.start();
  const lock = await waitFor("the reseed", async () => {
    const now = await lockOnMain(platform);
    return now !== null && now.generation > generation ? now : null;
  });
  tell.prove({
    what: "the bot catches up after being down",
    observed: `run ${id} waited; generation ${whileDown} while the bot was down, ${lock.generation} after it came back`,
    where: "github.git, main",
    holds: whileDown === generation && lock.generation === generation + 1,
  });
  await platform.fleet.caughtUp();
  await platform.database.waitForOpen(90);
}

async function runBy(platform: Platform, login: string, database: string) {
  const answer = await platform.as(login).runWorkflow("provision.yml", { database, reason: "please" });
  const id = Number(answer.json["workflow_run_id"]);
  const run = platform.github.runs.all.find((one) => one.id === id)!;
  return platform.github.runs.finished(run);
}

/** Attacks by people with too many rights; afterwards main is as before. */
export async function attacks(platform: Platform): Promise<void> {
  const { tell, github, world } = platform;
  const lock = await platform.main("environments/hr/seed.lock.yaml");
  const before = { counts: await world.counts(), permit: await platform.main("environments/hr/approval.yaml") };
  const main = (await github.state.git.resolve("refs/heads/main"))!;
  const pushed = await bypass(platform, "environments/hr/database_config.yaml", (text) =>
    text.replace("2020-01-01", "1990-01-01"),
  );
  const run = await runBy(platform, "mallory", "hr");
  const again = github.runs.all[0]!;
  await platform.as("root").api("POST", `/actions/runs/${again.id}/rerun`);
  await github.runs.finished(again);
  const mallory = github.state.users.get("mallory")!;
  const forged = { version: 1, outcome: "seeded", database: "hr", generation: 99 };
  const elsewhere = {
    event: "workflow_dispatch" as const,
    path: ".github/workflows/evil.yml",
    title: "seed hr: evil",
    headBranch: "main",
    headSha: pushed,
    headRepositoryId: github.state.repositoryId,
    inputs: { database: "hr" },
    actor: mallory,
    triggeringActor: mallory,
  };
  github.runs.record(elsewhere, [
    { name: "seed-result-1", zip: await zipOf("seed-result.json", JSON.stringify(forged)) },
  ]);
  await platform.bot.settled();
  const counts = await world.counts();
  const said = readWarnings(platform);
  tell.say("The bot reports all of it in comments:");
  tell.output(said.join("\n"));
  tell.prove({
    what: "a bypassed ruleset, a re-run and a forged result never reach the source",
    observed: `request pushed to main: not signed, run ${run.conclusion}; re-run of an old run: ${again.conclusion}; forged artifact: ignored; all of it reported in comments; ${counts.ssh.connections - before.counts.ssh.connections} connections, ${counts.exports.started - before.counts.exports.started} exports`,
    where: "world.json: ssh, exports; github.git, main; pulls/, issues/",
    holds:
      said.length === 4 &&
      counts.ssh.connections === before.counts.ssh.connections &&
      counts.exports.started === before.counts.exports.started &&
      run.conclusion !== "success" &&
      again.conclusion !== "success" &&
      (await platform.main("environments/hr/seed.lock.yaml")) === lock &&
      (await platform.main("environments/hr/approval.yaml")) === before.permit,
  });
  await takeBack(platform, main);
}

/** The lines of the bot's comments on a push past the rules, a request without approval, a cancelled run and a refused result. */
function readWarnings({ github }: Platform): string[] {
  const bodies = github.state.comments.filter(({ appId }) => appId !== null).map(({ body }) => visible(body));
  const lines = bodies.flatMap((body) => body.split("\n"));
  return [/@root pushed to/, /not permitted/, /attempt \d+: .*started by/, /was refused and not used/]
    .map((pattern) => lines.findLast((line) => pattern.test(line)))
    .filter((line) => line !== undefined);
}

/** An administrator writes to main without a pull request. */
async function bypass(platform: Platform, path: string, change: (text: string) => string): Promise<string> {
  const { state } = platform.github;
  const head = (await state.git.resolve("refs/heads/main"))!;
  const blob = await state.git.writeBlob(Buffer.from(change((await platform.main(path))!)));
  const tree = await state.git.writeTree(`${head}^{tree}`, [{ path, mode: "100644", sha: blob }]);
  const who = { ...noreply(state.users.get("root")!), date: state.now() };
  const sha = await state.git.writeCommit({ tree, parents: [head], author: who, committer: who, message: "Quick fix" });
  await moveMain(platform, sha);
  return sha;
}

/** The administrator pushes main back to where it was, which the bot reports as well. */
async function takeBack(platform: Platform, main: string): Promise<void> {
  platform.tell.say("The platform team pushes main back to where it was:");
  await moveMain(platform, main);
  await platform.bot.settled();
  const said = platform.github.state.comments.map(
    ({ body }) => /^.*@root force-pushed to.*$/m.exec(visible(body))?.[0],
  );
  const alarm = said.find((line) => line !== undefined);
  if (alarm === undefined) throw new Error("the bot did not report the force push");
  platform.tell.output(alarm);
}

async function moveMain({ github: { state } }: Platform, after: string): Promise<void> {
  const ref = "refs/heads/main";
  const before = (await state.git.resolve(ref))!;
  await state.git.updateRef(ref, after, before);
  await afterRefUpdate(state, { ref, before, after, actor: state.users.get("root")! });
}
