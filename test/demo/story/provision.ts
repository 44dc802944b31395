import { parse } from "yaml";
import type { Lock } from "../../../src/lock/lock.ts";
import { describeRows, rawAndOpen } from "../journal.ts";
import type { Platform } from "../platform/platform.ts";
import { visible, type PullPage } from "../platform/pull.ts";
import { followContainer } from "../follow-container.ts";
import { tellRunLog } from "../platform/run-log.ts";
import { waitFor } from "../platform/wait.ts";
import { UNDO_TOO_SHORT } from "../undo-too-short.ts";

/** The lock on main; null if there is none yet. */
export async function lockOnMain(platform: Platform): Promise<Lock | null> {
  const text = await platform.main("environments/hr/seed.lock.yaml");
  return text === null ? null : (parse(text) as Lock);
}

/** Waits for a lock of at least this generation on main. */
export async function waitForLock(platform: Platform, generation: number): Promise<Lock> {
  return waitFor(`generation ${generation} in the lock`, async () => {
    const lock = await lockOnMain(platform);
    return lock !== null && lock.generation >= generation ? lock : null;
  });
}

/** Shows the way from the merge to an open database: permit, run, result, lock, cluster. */
export async function provision(platform: Platform, page: PullPage): Promise<void> {
  const { tell, world, github } = platform;
  const approval = await waitFor("the permit on main", () => platform.main("environments/hr/approval.yaml"));
  const permit = approval.split("\n").filter((line) => /^(work|generation|cause|signature)/.test(line));
  tell.output(permit.map((line) => (line.startsWith("signature") ? `${line.slice(0, 40)}…` : line)).join("\n"));
  tell.say("The log of the run:");
  platform.watchJobs = (job, line) => {
    if (job === "seed") tellRunLog(tell, line);
  };
  await waitFor("a run", () => github.runs.all.length > 0);
  const lock = await waitForLock(platform, 1);
  platform.watchJobs = null;
  const run = await github.runs.finished(github.runs.all[0]!);
  const counts = await world.counts();
  tell.prove({
    what: "the permit on main led to an image",
    observed: `run ${run.id}: ${run.jobs.map(({ name, conclusion }) => `${name} ${conclusion}`).join(", ")}; ${counts.exports.completed} exports; image ${lock.image!.digest.slice(0, 19)}…`,
    where: `runs/${run.id}/; github.git, main`,
    holds:
      run.conclusion === "success" &&
      counts.exports.completed === 2 &&
      counts.registry.manifests.includes(`dev/hr@${lock.image!.digest}`),
  });
  const seedJob = platform.runner.jobs.find(({ job }) => job === "seed");
  tell.prove({
    what: "the dump is never written to the runner's disk",
    observed: `${counts.ssh.bytes_read} bytes streamed, ${seedJob?.files_written_bytes} bytes written by the job`,
    where: "world.json: ssh, runs",
    holds: counts.ssh.bytes_read > 6_000_000 && (seedJob?.files_written_bytes ?? Infinity) < 50_000,
  });
  await platform.fleet.caughtUp();
  tell.say("The database in the cluster:");
  await followContainer(platform.database, tell, {
    seconds: 90,
    reached: (phase, event) => phase === "open" && event === "done",
  });
  await platform.database.waitForOpen(90);
  const moments = await platform.database.moments();
  tell.prove({
    what: "the database is open, and never was with unmasked data",
    observed: `${describeRows(await platform.database.rows())}; ${rawAndOpen(moments).length} of ${moments.length} snapshots show it open with unmasked data`,
    where: "cluster/hr/journal.jsonl",
    holds: rawAndOpen(moments).length === 0 && moments.at(-1)!.masked && !moments.at(-1)!.restricted,
  });
  tell.say("The comment of the merged pull request, now:");
  tell.output(visible(await page.says(/connect/i)));
}

/** An export fails in a run: the lock records it, the permit is used up, the comment says what to do, and a retry works. */
export async function failAndRetry(platform: Platform, page: PullPage): Promise<void> {
  const { tell, world, github } = platform;
  const before = await lockOnMain(platform);
  world.source.pump.failNext(UNDO_TOO_SHORT);
  await platform.as("grace").runWorkflow("provision.yml", { database: "hr", reason: "new colleagues" });
  const failed = await waitFor("the failure in the lock", async () => {
    const lock = await lockOnMain(platform);
    return lock?.last_attempt?.outcome === "failed" ? lock : null;
  });
  const left = (await world.counts()).data_pump;
  const attempt = failed.last_attempt!;
  tell.output(attempt.outcome === "failed" ? `${attempt.stage}: ${attempt.error.split("\n")[0]}` : "");
  tell.prove({
    what: "a failed run is recorded in the lock and uses up its permit",
    observed: `generation ${attempt.generation} failed, ${failed.generation} stays in use; ${left.jobs_left.length + left.files_left.length} jobs and files left on the source`,
    where: "github.git, main: environments/hr/seed.lock.yaml",
    holds:
      failed.generation === before!.generation &&
      attempt.generation === before!.generation + 1 &&
      left.jobs_left.length + left.files_left.length === 0,
  });
  tell.output(visible(await page.says(/ORA-01555/)));
  tell.say("Grace runs the workflow again. By now, the source has 250 new rows:");
  const rows = Array.from({ length: 250 }, (_, index) => [
    9001 + index,
    "New",
    "Colleague",
    `new${index}@corp.example`,
    "+49 30 1",
    "2026-11-01",
    "CLERK",
    3000,
    1,
    10,
  ]);
  world.source.data.insert("HR", "EMPLOYEES", rows);
  const had = (await platform.database.rows())["HR.EMPLOYEES"] ?? 0;
  await platform.as("grace").runWorkflow("provision.yml", { database: "hr", reason: "new colleagues, again" });
  const lock = await waitForLock(platform, attempt.generation + 1);
  const now = await waitFor("the new rows", async () => {
    const count = (await platform.database.rows())["HR.EMPLOYEES"] ?? 0;
    return count === had + 250 ? count : null;
  });
  await platform.database.waitForOpen(90);
  const permit = await platform.main("environments/hr/approval.yaml");
  tell.prove({
    what: "a retry by a DBA works, with its reason in the permit",
    observed: `generation ${lock.generation}, HR.EMPLOYEES ${had} → ${now}; permit: ${/^cause: .*$/m.exec(permit ?? "")?.[0]}, "${/reason: "?([^"\n]*)/.exec(permit ?? "")?.[1]}"`,
    where: "github.git, main: environments/hr/approval.yaml",
    holds: now === had + 250 && /new colleagues/.test(permit ?? "") && github.runs.all.length === 3,
  });
}
