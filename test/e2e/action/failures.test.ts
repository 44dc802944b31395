import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseSeedResult } from "../../../src/lock/seed-result.ts";
import { CANARIES, findCanaries } from "../../world/canaries.ts";
import { findObeyed } from "../../text/hostile-text.ts";
import { ActionStage } from "./stage.ts";

describe("a run that fails leaves a result, and nothing on the source", () => {
  let stage: ActionStage;
  let generation = 0;
  beforeAll(async () => {
    stage = await ActionStage.open({ source: { paceMilliseconds: 300 } });
  });
  afterAll(() => stage.close());
  const next = () => stage.commitPermit({ generation: (generation += 1) });

  test("an error of Oracle's is told in Oracle's words, with its fix", async () => {
    await next();
    const lines = [
      "ORA-39095: Dump file space has been exhausted: Unable to allocate 8192 bytes",
      "ORA-19502: write error on file",
    ];
    stage.world.source.pump.failNext({ at: "OE.ORDERS", lines, fatal: true });
    const run = await stage.finished(await stage.dispatch());
    expect(run.conclusion).toBe("failure");
    const parsed = parseSeedResult((await stage.kept(run, "seed/seed-result.json")) ?? "");
    expect(parsed.ok).toBe(true);
    const result = await stage.result(run);
    expect(result).toMatchObject({ outcome: "failed", stage: "export", generation: 1, leftOnSource: [] });
    if (result.outcome === "seeded") throw new Error("seeded");
    expect(result.text).toContain("ORA-39095: Dump file space has been exhausted");
    expect(result.fix.length).toBeGreaterThan(20);
    const summary = await stage.kept(run, "seed/job-summary.md");
    expect(summary).toContain("ORA-39095");
    expect(summary).toContain("**To do:**");
    expect(run.artifacts.map(({ name }) => name)).toEqual(["seed-result-1"]);
    expect((await stage.world.counts()).data_pump).toMatchObject({ jobs_left: [], files_left: [] });
    expect(stage.github.state.deployments.at(-1)?.statuses.at(-1)?.state).toBe("failure");
  });

  test("when the lock has that failure, the same permit opens nothing any more", async () => {
    const run = stage.run(0);
    await stage.commitLock(await stage.result(run));
    const before = await stage.touched();
    const again = await stage.finished(await stage.dispatch());
    expect(again.conclusion).toBe("failure");
    expect(await stage.kept(again, "plan/log.txt")).toContain(
      `The permit was used up by run ${run.id}, which failed in stage export`,
    );
    expect(await stage.touched()).toEqual(before);
  });

  test("a password that Oracle refuses is a result of the preflight", async () => {
    generation = 1;
    await next();
    const { secrets } = stage.environments["source-hr-prod"]!;
    stage.environments["source-hr-prod"]!.secrets = { ...secrets, SEEDBED_SOURCE_PASSWORD: "canary-wrong-password" };
    const run = await stage.finished(await stage.dispatch());
    stage.environments["source-hr-prod"]!.secrets = secrets;
    const result = await stage.result(run);
    if (result.outcome === "seeded") throw new Error("seeded");
    expect(result.text).toContain("ORA-01017");
    expect(await stage.everything()).not.toContain("canary-wrong-password");
  });

  test("nothing in Oracle's words is a command to the runner", async () => {
    await next();
    const breaks = ["\r", "\v", "\f", "\u0085", "\u2028", "\u2029", "\u00a0", "\u200b", ""];
    const commands = ["::add-mask::exhausted", "::set-output name=outcome::seeded", "##[add-mask]exhausted"];
    const words = breaks.flatMap((before) => commands.map((command) => `x${before}${command}`));
    const lines = ["ORA-39095: Dump file space has been exhausted", ...words, ...words.map((word) => word.slice(1))];
    stage.world.source.pump.failNext({ at: "OE.ORDERS", lines, fatal: true });
    const run = await stage.finished(await stage.dispatch());
    expect(await stage.result(run)).toMatchObject({ outcome: "failed", stage: "export" });
    // A mask would have taken the word away.
    const log = (await stage.kept(run, "seed/log.txt")) ?? "";
    expect(log).toContain("Dump file space has been exhausted");
    expect(log).toContain("\\::add-mask::exhausted");
    expect(findObeyed(log)).toBe("");
  });

  test("a permit that was replaced while the run worked: superseded, nothing published, nothing left", async () => {
    await next();
    const before = await stage.world.counts();
    const run = await stage.dispatch();
    await stage.until(async () => (await stage.world.counts()).exports.started > before.exports.started);
    await next();
    await stage.finished(run);
    expect(run.conclusion, (await stage.kept(run, "seed/log.txt")) ?? "").toBe("failure");
    expect(await stage.result(run)).toMatchObject({ outcome: "superseded", stage: "image", code: "superseded" });
    const after = await stage.world.counts();
    expect(after.registry.manifests).toEqual(before.registry.manifests);
    expect(after.data_pump).toMatchObject({ jobs_left: [], files_left: [] });
  });

  test("a cancel stops the job on the source in the seconds that a runner gives", async () => {
    const before = await stage.world.counts();
    const run = await stage.dispatch();
    await stage.until(async () => (await stage.world.counts()).exports.started > before.exports.started);
    stage.github.runs.cancel(run);
    await stage.finished(run);
    expect(run.conclusion).toBe("cancelled");
    expect(stage.runner.jobs.at(-1)).toMatchObject({ job: "seed", conclusion: "cancelled", signals: ["SIGINT"] });
    const { exports, data_pump: left } = await stage.world.counts();
    expect(exports.stopped).toBe(before.exports.stopped + 1);
    expect(left).toMatchObject({ jobs_left: [], files_left: [] });
    expect(run.artifacts).toEqual([]);
    expect(stage.github.state.deployments.at(-1)?.statuses.at(-1)?.state).toBe("error");
  });

  test("nothing of all that leaks a secret or breaks GitHub's description", async () => {
    expect(findCanaries(await stage.everything())).toEqual([]);
    expect(CANARIES.sourcePassword).not.toBe("");
    expect(stage.github.calls.violations).toEqual([]);
  });
});
