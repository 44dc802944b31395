import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { person } from "../../world/github/person.ts";
import { endScene, startScene, type Scene } from "./scene.ts";

describe("the comment of a closed pull request", () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await startScene();
  });
  afterEach(() => endScene(scene));
  const comment = () => scene.world.github.state.comments[0]!.body;

  test("says that a change of the settings is merged, not that it is ready to merge", async () => {
    const settings = await scene.world.github.state.git.git(["show", "main:.github/seedbed.yml"]);
    const pull = await scene.open({ ".github/seedbed.yml": `${settings}\n# Reviewed.\n` });
    await scene.approve(pull, "root");
    expect(comment()).toContain("· ✅ ready to merge\n");
    expect((await person(scene.world.github, "ada").merge(pull)).status).toBe(200);
    await scene.settle();
    expect(comment()).toContain("· ✅ merged\n");
    expect(comment()).toContain("**Next:** nothing to do here.");
  });

  test("says that it was closed without a merge, until it is opened again", async () => {
    const pull = await scene.open(scene.files);
    expect(comment()).toContain("· ⏳ waiting for a review\n");
    const ada = person(scene.world.github, "ada");
    await ada.api("PATCH", `/pulls/${pull}`, { state: "closed" });
    await scene.settle();
    expect(comment()).toContain("· closed without a merge\n");
    await ada.api("PATCH", `/pulls/${pull}`, { state: "open" });
    await scene.settle();
    expect(comment()).toContain("· ⏳ waiting for a review\n");
  });
});
