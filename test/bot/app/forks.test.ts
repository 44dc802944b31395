import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { person } from "../../world/github/person.ts";
import { endScene, startScene, type Scene } from "./scene.ts";

describe("forks and other bases", () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await startScene();
  });
  afterEach(() => endScene(scene));

  test("green checks for another base do not count for main", async () => {
    const root = person(scene.world.github, "root");
    await person(scene.world.github, "bob").push({
      branch: "harmless",
      edits: { ...scene.files, "environments/hr/manifests/x.yaml": "a: 1\n" },
    });
    await person(scene.world.github, "bob").push({
      branch: "attack",
      from: "origin/harmless",
      edits: { "README.md": "more\n" },
    });
    const answer = await root.api("POST", "/pulls", { head: "attack", base: "harmless", title: "Readme" });
    await scene.settle();
    const pull = Number(answer.json["number"]);
    scene.world.github.state.pulls.find(({ number }) => number === pull)!.baseBranch = "main";
    const checks = scene.world.github.state.checkRuns.filter(({ name }) => name === "seedbed/dba-approval");
    expect(checks.map(({ conclusion }) => conclusion)).not.toContain("success");
    await scene.refusedMerge(pull, "bob");
  });

  test("a fork's request is checked, only a user with write permission can adopt it, and its authors cannot approve it", async () => {
    await person(scene.world.github, "bob").push({
      branch: "from-fork",
      edits: { ...scene.files, ".github/workflows/x.yml": "on: push\n" },
    });
    const pull = await person(scene.world.github, "eve").openPull("from-fork", "Add hr");
    await scene.settle();
    expect(scene.world.github.state.comments[0]!.body).toContain("/seedbed adopt");
    await scene.approve(pull);
    expect(scene.summary("dba-approval")).toContain("belongs to a fork");
    await scene.refusedMerge(pull);
    await person(scene.world.github, "eve").comment(pull, "/seedbed adopt");
    await scene.settle();
    expect(await scene.world.github.state.git.resolve("refs/heads/seedbed/adopt-1")).toBeNull();
    expect(scene.world.github.state.comments[0]!.body).toContain("only users with write permission");
    const lin = person(scene.world.github, "lin");
    await lin.comment(pull, "/seedbed adopt");
    await lin.comment(pull, `/seedbed adopt ${"0".repeat(40)}`);
    await scene.settle();
    expect(await scene.world.github.state.git.resolve("refs/heads/seedbed/adopt-1")).toBeNull();
    const { headSha } = scene.world.github.state.pulls[0]!;
    const answers = scene.world.github.state.comments[0]!.body;
    expect(answers).toContain("the command has to name the commit");
    expect(answers).toContain(`is not at \`000000000000\` but at \`${headSha.slice(0, 12)}\``);
    await lin.comment(pull, `/seedbed adopt ${headSha}`);
    await scene.settle();
    const message = await scene.world.github.state.git.git(["log", "-1", "--format=%an%n%B", "seedbed/adopt-1"]);
    expect(message).toContain("seedbed[bot]");
    // Whoever opened it in the fork, whoever wrote a commit of it, and who adopted it.
    expect(message).toMatch(/Adopted-Author: eve 5\nAdopted-Author: bob 4\nAdopted-By: lin 3/);
    expect(await scene.world.github.state.git.git(["diff", "--name-only", "main...seedbed/adopt-1"])).toBe(
      "environments/hr/database_config.yaml\nenvironments/hr/scripts/mask.sql\n",
    );
    const own = await person(scene.world.github, "ada").openPull("seedbed/adopt-1", "Add hr");
    await scene.settle();
    await scene.approve(own, "lin");
    expect(scene.summary("dba-approval")).toContain("wrote the request in the fork or adopted it");
    await scene.refusedMerge(own);
    await scene.approve(own, "grace");
    expect((await person(scene.world.github, "ada").merge(own)).status).toBe(200);
    await scene.world.github.state.git
      .updateRef("refs/heads/seedbed/adopt-1", "0".repeat(40), null)
      .catch(() => undefined);
    // The fork's pull request is compared with another main now.
    await scene.settle();
    const writes = scene.world.github.calls.writes.length;
    scene.world.sweep();
    await scene.settle();
    expect(scene.world.github.calls.writes.slice(writes)).toEqual([]);
  });

  test("a fork that is pointed at an approved head does not take its checks over", async () => {
    const { github } = scene.world;
    await person(github, "bob").push({ branch: "from-fork", edits: { "README.md": "typo\n" } });
    const older = await person(github, "eve").openPull("from-fork", "A typo");
    await person(github, "ada").push({ branch: "add-hr", edits: scene.files });
    const pull = await person(github, "ada").openPull("add-hr", "Add hr");
    await scene.settle();
    await scene.approve(pull);
    const page = (number: number) => github.state.pulls.find((one) => one.number === number)!;
    // What a push to the fork does, which nobody here can make.
    page(older).headSha = page(pull).headSha;
    scene.world.sweep();
    await scene.settle();
    expect((await person(github, "ada").merge(pull)).status).toBe(200);
  });
});
