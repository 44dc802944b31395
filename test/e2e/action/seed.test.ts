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
    const log = await stage.kept(run, "seed/log.txt");
    expect(run.conclusion, `${await stage.kept(run, "plan/log.txt")}\n${log}`).toBe("success");
    const text = await stage.kept(run, "seed/seed-result.json");
    const parsed = parseSeedResult(text ?? "");
    expect(parsed.ok).toBe(true);
    const result = await stage.result(run);
    expect(result).toMatchObject({ outcome: "seeded", database: "hr", generation: 1, run: String(run.id) });
    const counts = await stage.world.counts();
    expect(counts.exports).toEqual({ started: expect.any(Number), completed: counts.exports.started, stopped: 0 });
    expect(counts.data_pump).toEqual({ jobs_left: [], files_left: [], statements_refused: 0 });
    expect(run.artifacts.map(({ name }) => name)).toEqual(["seed-result-1"]);
    expect(run.jobs.map(({ name, conclusion, runnerGroup }) => ({ name, conclusion, runnerGroup }))).toEqual([
      { name: "plan", conclusion: "success", runnerGroup: "GitHub Actions" },
      { name: "seed (hr)", conclusion: "success", runnerGroup: "seedbed" },
    ]);
    console.log(
      log,
      await stage.kept(run, "seed/job-summary.md"),
      await stage.kept(run, "seed/outputs.json"),
      stage.runner.jobs,
      counts,
      stage.violations,
      JSON.stringify(stage.github.state.deployments),
    );
    expect(findCanaries(await stage.everything())).toEqual([]);
  });
});
