import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { REQUEST, startRepository, type TestRepository } from "./repository.ts";

let repository: TestRepository;

beforeEach(async () => {
  repository = await startRepository();
});
afterEach(() => repository.remove());

const MANIFEST = "environments/hr/manifests/fleet.yaml";

describe("a request that was removed", () => {
  beforeEach(async () => {
    await repository.run("render");
    repository.commit();
    await rm(join(repository.folder, REQUEST));
    await rm(join(repository.folder, "environments/hr/scripts"), { recursive: true });
  });

  it.each([[[]], [["hr"]]])("is planned as a retirement, committed or not: %j", async (names) => {
    for (const step of ["in the work tree", "committed"]) {
      const { code, out } = await repository.run("plan", ...names);
      expect(out, step).toContain("hr: will be retired");
      expect(out, step).toContain(MANIFEST);
      expect(code).toBe(0);
      repository.commit();
    }
  });

  it("is planned also when its whole folder is gone", async () => {
    await rm(join(repository.folder, "environments"), { recursive: true });
    expect((await repository.run("plan", "hr")).out).toContain("hr: will be retired");
  });

  it("leaves manifests that render finds and removes", async () => {
    const { code, out } = await repository.run("render", "--check");
    expect(code).toBe(1);
    expect(out).toContain(`should not exist  ${MANIFEST}`);
    expect((await repository.run("render")).out).toContain(`removed  ${MANIFEST}`);
    expect(await repository.run("render", "--check")).toMatchObject({ code: 0 });
  });

  it("cannot be seeded", async () => {
    repository.commit();
    expect((await repository.run("seed", "hr")).err).toContain("error[database-retired]");
  });
});

describe("a request that was removed while its scripts are still there", () => {
  beforeEach(async () => {
    await repository.run("render");
    repository.commit();
    await rm(join(repository.folder, REQUEST));
  });

  it.each([[[]], [["hr"]]])("is a retirement all the same: %j", async (names) => {
    expect(await repository.run("plan", ...names)).toMatchObject({
      code: 0,
      out: expect.stringContaining("hr: will be retired"),
    });
    expect(await repository.run("render", ...names)).toMatchObject({
      code: 0,
      out: expect.stringContaining(`removed  ${MANIFEST}`),
    });
  });

  it("cannot be seeded", async () => {
    repository.commit();
    expect((await repository.run("seed", "hr")).err).toContain("error[database-retired]");
  });
});

describe("a request under another name", () => {
  it.each(["database_config.yml", "Database-Config.yaml", "config.yaml"])("is found: %s", async (name) => {
    await rename(join(repository.folder, REQUEST), join(repository.folder, "environments/hr", name));
    for (const names of [[], ["hr"]]) {
      const { code, out } = await repository.run("validate", ...names);
      expect(code).toBe(1);
      expect(out).toContain(`rename ${name} to database_config.yaml`);
    }
  });
});

it("a repository without requests says so", async () => {
  await rm(join(repository.folder, "environments"), { recursive: true });
  repository.commit();
  for (const command of ["plan", "render"])
    expect((await repository.run(command)).out).toContain("There is no request in environments/");
});
