import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Programs } from "../../registry-login/programs.ts";
import { CANARIES, findCanaries } from "../../world/canaries.ts";
import { ActionStage } from "./stage.ts";

const PAIR = `seeder:${CANARIES.registryPassword}`;
const AUTH = Buffer.from(PAIR).toString("base64");

describe("an environment without the logins of registries, on a runner where Docker has them", () => {
  let stage: ActionStage;
  let programs: Programs;
  let generation = 0;

  beforeAll(async () => {
    programs = await Programs.open();
    stage = await ActionStage.open({
      mayStartPrograms: true,
      machine: { PATH: programs.path, DOCKER_CONFIG: join(programs.folder, "docker") },
    });
    const { secrets } = stage.environments["source-hr-prod"]!;
    stage.environments["source-hr-prod"]!.secrets = Object.fromEntries(
      Object.entries(secrets).filter(([name]) => !/_(REGISTRY|BASE)_/.test(name)),
    );
  });
  afterAll(async () => {
    await stage?.close();
    await programs?.remove();
  });

  async function runWith(config: object) {
    await mkdir(join(programs.folder, "docker"), { recursive: true });
    await writeFile(join(programs.folder, "docker/config.json"), JSON.stringify(config));
    await stage.commitPermit({ generation: (generation += 1) });
    const run = await stage.finished(await stage.dispatch());
    const everything = await stage.everything();
    expect(findCanaries(everything)).toEqual([]);
    for (const secret of [PAIR, AUTH]) expect(everything).not.toContain(secret);
    return { run, everything };
  }

  test("a docker configuration opens both registries, and no secret of it stands in anything that a run leaves", async () => {
    const { run, everything } = await runWith({ auths: { [stage.world.registry.host]: { auth: AUTH } } });
    expect(run.conclusion, everything).toBe("success");
    const result = await stage.result(run);
    if (result.outcome !== "seeded") throw new Error("not seeded");
    expect((await stage.world.counts()).registry.manifests).toContain(`dev/hr@${result.image.digest}`);
  });

  test("a credential helper does too, which is asked once and never sees the environment's secrets", async () => {
    await programs.add("docker-credential-vault", [
      "env > $HERE/environment",
      `printf '{"Username":"seeder","Secret":"${CANARIES.registryPassword}"}'`,
    ]);
    const { run, everything } = await runWith({ credHelpers: { [stage.world.registry.host]: "vault" } });
    expect(run.conclusion, everything).toBe("success");
    expect(await programs.calls("docker-credential-vault")).toEqual([`get|${stage.world.registry.host}`]);
    const seen = await programs.wrote("environment");
    expect(seen).toContain("RUNNER_TEMP=");
    expect(findCanaries(seen)).toEqual([]);
    expect(seen).not.toMatch(/^(INPUT|SEEDBED)_|PRIVATE KEY/m);
  });

  test("a helper that refuses ends the run before anybody connects to the source, in its own words", async () => {
    await programs.add("docker-credential-vault", [
      `echo 'vault is sealed, cannot read ${CANARIES.registryPassword}'; exit 1`,
    ]);
    const before = await stage.touched();
    const { run } = await runWith({ credHelpers: { [stage.world.registry.host]: "vault" } });
    expect(run.conclusion).toBe("failure");
    expect(await stage.result(run)).toMatchObject({
      outcome: "failed",
      code: "credential-helper-refused",
      text: expect.stringContaining("vault is sealed, cannot read ***"),
    });
    expect(await stage.touched()).toEqual(before);
  });
});
