import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { REQUEST, startRepository, type TestRepository } from "./repository.ts";

let repository: TestRepository;

beforeEach(async () => {
  repository = await startRepository();
});
afterEach(() => repository.remove());

const SCRIPT = "environments/hr/scripts/more.sql";

/** Past every look at files: only the secrets are missing. */
const PASSED = { code: 2, err: expect.stringContaining("error[secrets-missing]") };

describe("seed works on what is committed", () => {
  it("and passes with a clean work tree", async () => {
    expect(await repository.run("seed", "hr")).toMatchObject(PASSED);
  });

  it("sees a new file where git's configuration does not show any", async () => {
    repository.git("config", "status.showUntrackedFiles", "no");
    await repository.write(SCRIPT, "select 1 from dual;\n");
    const { code, err } = await repository.run("seed", "hr");
    expect(code).toBe(2);
    expect(err).toContain(SCRIPT);
  });

  it("does not take a script that git ignores", async () => {
    await repository.write(".gitignore", "environments/hr/scripts/*.sql\n");
    await repository.change(REQUEST, "- scripts/mask.sql", "- scripts/mask.sql\n      - scripts/more.sql");
    repository.commit();
    await repository.write(SCRIPT, "select 1 from dual;\n");
    expect((await repository.run("validate", "hr")).out).not.toContain("more.sql");
    const { code, err } = await repository.run("seed", "hr");
    expect(code).toBe(1);
    expect(err).toContain("scripts/more.sql");
  });

  it("does not take bytes that git was told to overlook", async () => {
    repository.git("update-index", "--assume-unchanged", REQUEST);
    await repository.change(REQUEST, "owner: ada", "owner: Ada Lovelace");
    expect(await repository.run("validate", "hr")).toMatchObject({ code: 1 });
    expect(await repository.run("seed", "hr")).toMatchObject(PASSED);
  });

  it("does nothing without a commit", async () => {
    repository.git("rm", "-q", "-r", "--cached", ".");
    await repository.write(".gitignore", "*\n");
    repository.git("checkout", "-q", "--orphan", "fresh");
    repository.git("branch", "-q", "-D", "main");
    expect(await repository.run("seed", "hr")).toMatchObject({
      code: 2,
      err: expect.stringContaining("error[nothing-committed]"),
    });
  });
});
