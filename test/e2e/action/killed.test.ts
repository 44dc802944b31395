import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findCanaries } from "../../world/canaries.ts";
import { ActionStage } from "./stage.ts";

describe("a main step that is killed before it could clean up", () => {
  let stage: ActionStage;
  beforeAll(async () => {
    stage = await ActionStage.open({ source: { paceMilliseconds: 500 } });
  });
  afterAll(() => stage.close());

  test("the post step removes what it left on the source", async () => {
    await stage.commitPermit();
    const run = await stage.dispatch();
    await stage.until(async () => (await stage.world.counts()).data_pump.files_left.length > 0);
    stage.github.runs.cancel(run);
    // SIGKILL comes at once with SIGINT: no time for anything.
    stage.github.clock.step(10_000);
    await stage.finished(run);
    expect(run.conclusion).toBe("cancelled");
    expect(stage.runner.jobs.at(-1)?.signals).toContain("SIGKILL");
    expect(await stage.kept(run, "seed/log.txt")).toContain("This run left nothing on the source.");
    expect((await stage.world.counts()).data_pump).toMatchObject({ jobs_left: [], files_left: [] });
    expect(run.artifacts).toEqual([]);
    expect(stage.github.state.deployments.at(-1)?.statuses.at(-1)?.state).toBe("error");
  });

  test("the permit stayed open: the next run uses it", async () => {
    stage.world.source.settings.paceMilliseconds = 0;
    const run = await stage.finished(await stage.dispatch());
    expect(run.conclusion, (await stage.kept(run, "seed/log.txt")) ?? "").toBe("success");
    expect(findCanaries(await stage.everything())).toEqual([]);
  });
});
