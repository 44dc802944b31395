import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { person, type Edits } from "../../world/github/person.ts";
import { CONFIG, endScene, startScene, type Scene } from "./scene.ts";

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

  test("says that a request is merged that was moved out of its folder, which GitHub shows as renamed", async () => {
    const copy = Object.entries(scene.files).map(([path, text]) => [path.replace("/hr/", "/crm/"), text]);
    const first = await scene.open({ ...scene.files, ...Object.fromEntries(copy) }, { branch: "first" });
    await scene.approve(first);
    await scene.merge(first);
    const gone = Object.keys(scene.files).map((path) => [path, null]);
    const archived = { "archive/database_config.yaml": scene.files[CONFIG]! };
    const pull = await scene.open({ ...(Object.fromEntries(gone) as Edits), ...archived }, { branch: "retire" });
    await scene.approve(pull);
    await scene.merge(pull);
    const files = await person(scene.world.github, "ada").api("GET", `/pulls/${pull}/files`);
    const renamed = { status: "renamed", previous_filename: CONFIG, filename: "archive/database_config.yaml" };
    expect(files.json).toEqual(expect.arrayContaining([expect.objectContaining(renamed)]));
    const own = scene.world.github.state.comments.filter(({ issue }) => issue === pull).map(({ body }) => body);
    expect(own.join()).toContain("· ✅ merged\n");
    expect(own.join()).not.toContain("ready to merge");
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
