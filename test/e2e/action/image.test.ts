import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ActionStage } from "./stage.ts";

describe("a permit for a new image over the same dump", () => {
  let stage: ActionStage;
  beforeAll(async () => {
    stage = await ActionStage.open();
    await stage.commitPermit();
    const run = await stage.finished(await stage.dispatch());
    await stage.commitLock(await stage.result(run));
  });
  afterAll(() => stage.close());

  test("takes the dump's layers over, and nobody connects to the source", async () => {
    const first = await stage.result(stage.run(0));
    const before = await stage.touched();
    const path = "environments/hr/scripts/mask.sql";
    await stage.commit({ [path]: `${await stage.read(path)}\n-- a comment more\n` });
    await stage.commitPermit({ work: "image", generation: 2 });
    const run = await stage.finished(await stage.dispatch());
    expect(run.conclusion, await stage.everything()).toBe("success");
    const result = await stage.result(run);
    if (result.outcome !== "seeded" || first.outcome !== "seeded") throw new Error("not seeded");
    expect(result.dumpSet).toEqual(first.dumpSet);
    expect(result.image.digest).not.toBe(first.image.digest);
    expect(result.digests.seedInputs).toBe(first.digests.seedInputs);
    expect(result.digests.importInputs).not.toBe(first.digests.importInputs);
    expect(await stage.touched()).toEqual(before);
    await stage.commitLock(result);
  });

  test("opens no export: where one would be needed it fails and says so", async () => {
    const before = await stage.touched();
    const path = "environments/hr/database_config.yaml";
    await stage.commit({ [path]: (await stage.read(path)).replace("    - name: OE\n", "") });
    await stage.commitPermit({ work: "image", generation: 3 });
    const run = await stage.finished(await stage.dispatch());
    expect(run.conclusion).toBe("failure");
    expect(await stage.result(run)).toMatchObject({ outcome: "failed", stage: "plan", code: "permit-image-only" });
    expect(await stage.touched()).toEqual(before);
  });
});
