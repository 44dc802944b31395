import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseSeedResult } from "../../../src/lock/seed-result.ts";
import { findCanaries } from "../../world/canaries.ts";
import { ActionStage } from "./stage.ts";

describe("a permit on main becomes an image", () => {
  let stage: ActionStage;
  beforeAll(async () => {
    stage = await ActionStage.open({ source: { dumpBytes: 3_000_000 } });
  });
  afterAll(() => stage.close());

  test("the shipped workflow plans, exports, pushes and leaves a valid result", async () => {
    await stage.commitPermit();
    const run = await stage.finished(await stage.dispatch());
    expect(run.conclusion, await stage.everything()).toBe("success");
    const parsed = parseSeedResult((await stage.kept(run, "seed/seed-result.json")) ?? "");
    if (!parsed.ok || parsed.value.outcome !== "seeded") throw new Error("there is no valid result of a seed");
    const result = parsed.value;
    expect(result).toMatchObject({ database: "hr", generation: 1, run: String(run.id), attempt: 1 });
    expect(run.artifacts.map(({ name }) => name)).toEqual(["seed-result-1"]);
    expect(run.jobs.map(({ name, conclusion, runnerGroup }) => ({ name, conclusion, runnerGroup }))).toEqual([
      { name: "plan", conclusion: "success", runnerGroup: "GitHub Actions" },
      { name: "seed (hr)", conclusion: "success", runnerGroup: "seedbed" },
    ]);
    const counts = await stage.world.counts();
    expect(counts.exports).toEqual({ started: 2, completed: 2, stopped: 0 });
    expect(counts.data_pump).toEqual({ jobs_left: [], files_left: [], statements_refused: 0 });
    expect(counts.registry.manifests).toContain(`dev/hr@${result.image.digest}`);
    expect(JSON.parse((await stage.kept(run, "seed/outputs.json")) ?? "")).toMatchObject({
      outcome: "seeded",
      generation: "1",
      image: `${stage.world.registry.host}/dev/hr@${result.image.digest}`,
      image_digest: result.image.digest,
      dump_set: result.dumpSet.digest,
    });
  });

  test("no byte of the dump touches the runner's disk", async () => {
    const { ssh } = await stage.world.counts();
    expect(ssh.bytes_read).toBeGreaterThan(6_000_000);
    const [row, ...others] = stage.runner.jobs.filter(({ job }) => job === "seed");
    expect(others).toEqual([]);
    expect(row?.files_written_bytes).toBeGreaterThan(1000);
    expect(row?.files_written_bytes).toBeLessThan(20_000);
  });

  test("no secret stands in any log, summary, output, result or deployment", async () => {
    const everything = await stage.everything();
    expect(everything).toContain("SEEDBED_EF0FDEA7");
    expect(findCanaries(everything)).toEqual([]);
    const key = stage.world.privateKey.split("\n").filter((line) => line !== "" && !line.startsWith("-----"));
    expect(key.length).toBeGreaterThan(3);
    for (const line of key) expect(everything).not.toContain(line);
    // The account is a secret of the environment too, and Oracle's log repeats it.
    expect(await stage.kept(stage.run(0), "seed/log.txt")).toContain('Starting "***".');
  });

  test("the page of the run says what was done and what comes next", async () => {
    const summary = await stage.kept(stage.run(0), "seed/job-summary.md");
    expect(summary).toMatch(/^## hr: ✅ image pushed, seeded in .*, generation 1/);
    expect(summary).toContain("| export |");
    expect(summary).toContain("Left on the source: nothing");
    expect(summary).toContain("approval by grace (#1)");
  });

  test("each attempt is shown as a deployment, and every request is one of GitHub's API", () => {
    const [deployment] = stage.github.state.deployments;
    expect(deployment).toMatchObject({ environment: "database/hr", task: "seed" });
    expect(deployment?.statuses.map(({ state }) => state)).toEqual(["in_progress", "success"]);
    expect(stage.github.calls.violations).toEqual([]);
  });

  test("a second run of the same permit reports the image again and does not export again", async () => {
    const before = await stage.touched();
    const run = await stage.finished(await stage.dispatch());
    expect(run.conclusion, await stage.everything()).toBe("success");
    const [first, second] = [await stage.result(stage.run(0)), await stage.result(run)];
    if (first.outcome !== "seeded" || second.outcome !== "seeded") throw new Error("not seeded");
    expect(second.image).toEqual(first.image);
    expect(second.dumpSet).toEqual(first.dumpSet);
    expect(await stage.touched()).toEqual(before);
  });

  test("when the lock has landed, a re-run of the old run is refused before any connection to the source", async () => {
    const old = stage.run(0);
    await stage.commitLock(await stage.result(old));
    const before = await stage.touched();
    await stage.rerun(old);
    await stage.finished(old);
    expect(old.conclusion).toBe("failure");
    expect(await stage.kept(old, "plan.2/log.txt")).toContain(`The permit was already used by run ${old.id}.`);
    expect(old.jobs.filter(({ attempt }) => attempt === 2).map(({ conclusion }) => conclusion)).toEqual([
      "failure",
      "skipped",
    ]);
    expect(await stage.touched()).toEqual(before);
  });

  test("a run started by a person waits for the permit that the bot then signs", async () => {
    const looks = () => stage.github.calls.counts["GET /repos/acme/databases/git/ref/heads%2Fmain"] ?? 0;
    const before = looks();
    const run = await stage.runBy("ada");
    await stage.until(async () => looks() > before);
    await stage.commitPermit({ generation: 2 });
    await stage.finished(run);
    expect(run.conclusion, await stage.everything()).toBe("success");
    expect(await stage.kept(run, "plan/log.txt")).toContain(
      "Waiting up to five minutes for the bot to sign a permit for ada.",
    );
    expect(await stage.result(run)).toMatchObject({ outcome: "seeded", generation: 2 });
    expect((await stage.world.counts()).exports.started).toBe(4);
  });
});
