import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findCanaries } from "../../world/canaries.ts";
import { person } from "../../world/github/person.ts";
import { ActionStage } from "./stage.ts";

describe("a run that may not is refused before any connection to the source", () => {
  let stage: ActionStage;
  beforeAll(async () => {
    stage = await ActionStage.open();
  });
  afterAll(() => stage.close());

  /** The run failed, in this job, with this sentence; nobody connected to the source, and no result was left. */
  async function expectRefused(job: "plan" | "seed", sentence: string, started = stage.dispatch()) {
    const run = await stage.finished(await started);
    expect(run.conclusion, await stage.everything()).toBe("failure");
    expect(await stage.kept(run, `${job}/log.txt`)).toContain(sentence);
    expect(await stage.kept(run, `${job}/job-summary.md`)).toContain("❌ refused, nothing was done");
    expect(await stage.touched()).toEqual({ ssh: 0, logons: { ok: 0, refused: 0 }, exports: 0 });
    expect(run.artifacts).toEqual([]);
  }

  test("a request that reached main without a permit", async () => {
    await expectRefused("plan", "There is no environments/hr/approval.yaml");
  });

  test("a name that does not exist, with the names that do", async () => {
    const run = await stage.finished(await stage.dispatch("hrr"));
    expect(run.conclusion).toBe("failure");
    const log = await stage.kept(run, "plan/log.txt");
    expect(log).toContain("There is no request environments/hrr/database_config.yaml on main; there are hr.");
    expect(log).toContain('did you mean "hr"?');
  });

  test("a permit that has expired by GitHub's clock", async () => {
    const past = new Date(Date.now() - 6 * 60_000).toISOString();
    await stage.commitPermit({ expires_at: past });
    await expectRefused("plan", `The permit expired at ${past}.`);
  });

  test("a permit with one changed byte", async () => {
    const text = await stage.permit();
    await stage.commit({ "environments/hr/approval.yaml": text.replace("generation: 1", "generation: 9") });
    await expectRefused("plan", "has an invalid signature for key k1");
  });

  test("a permit that is a symbolic link", async () => {
    await stage.commit({ "environments/hr/approval.yaml": "../other/approval.yaml" }, "120000");
    await expectRefused("plan", "environments/hr/approval.yaml:1:1: this is a symbolic link.");
  });

  test("a run of another branch, and one of a tag with the name of main, beside an open permit", async () => {
    await stage.commitPermit();
    const ada = person(stage.github, "ada");
    const { sha } = await ada.push({ branch: "evil", edits: { "README.md": "x\n" } });
    await expectRefused("plan", "provision.yml@refs/heads/evil, not to", stage.runBy("ada", "hr", "evil"));
    await ada.api("POST", "/git/refs", { ref: "refs/tags/main", sha });
    const tag = stage.runBy("ada", "hr", "refs/tags/main");
    await expectRefused("plan", "provision.yml@refs/tags/main, not to", tag);
  });

  test("an environment whose variable names another source", async () => {
    await stage.commitPermit();
    stage.environments["source-hr-prod"]!.variables = { SEEDBED_SOURCE: "orders-prod" };
    await expectRefused(
      "seed",
      "The environment's variable SEEDBED_SOURCE is orders-prod, but the permit is for the source hr-prod.",
    );
  });

  test("an environment that does not exist, which GitHub creates empty", async () => {
    const there = stage.environments["source-hr-prod"]!;
    delete stage.environments["source-hr-prod"];
    await expectRefused(
      "seed",
      "inputs are missing or empty, and so is source, the environment's variable SEEDBED_SOURCE",
    );
    stage.environments["source-hr-prod"] = { ...there, variables: {} };
    await expectRefused("seed", "The environment source-hr-prod has no variable SEEDBED_SOURCE");
    there.variables = { SEEDBED_SOURCE: "hr-prod" };
    stage.environments["source-hr-prod"] = there;
  });

  test("a key that was taken out of the settings", async () => {
    const settings = await stage.read(".github/seedbed.yml");
    await stage.commit({ ".github/seedbed.yml": settings.replace("id: k1", "id: k2") });
    await expectRefused("plan", "is signed with k1, but the settings only have k2");
    await stage.commit({ ".github/seedbed.yml": settings });
  });

  test("a person's run that the bot cancels, because that person may not, ends at once and says so", async () => {
    await stage.commit({ "environments/hr/approval.yaml": null });
    const looks = () => stage.github.calls.counts["GET /repos/acme/databases/git/ref/heads%2Fmain"] ?? 0;
    const before = looks();
    const run = await stage.runBy("ada");
    await stage.until(async () => looks() > before);
    stage.github.runs.cancel(run);
    await stage.finished(run);
    expect(run.conclusion).toBe("cancelled");
    expect(stage.runner.jobs.findLast(({ job }) => job === "plan")?.signals).toEqual(["SIGINT"]);
    expect(await stage.kept(run, "plan/log.txt")).toContain("The run was cancelled");
  });

  test("nothing of all that leaks a secret or breaks GitHub's description", async () => {
    expect(findCanaries(await stage.everything())).toEqual([]);
    expect(stage.github.calls.violations).toEqual([]);
  });
});
