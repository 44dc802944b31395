import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Problem } from "../../src/problem/problem.ts";
import { readExample } from "../request/read-example.ts";
import { SETTINGS, startRepository, type TestRepository } from "./repository.ts";

let repository: TestRepository;

beforeEach(async () => {
  repository = await startRepository();
});
afterEach(() => repository.remove());

describe("settings with an error", () => {
  it("make no second problem of the requests", async () => {
    await repository.change(SETTINGS, "host: db1.example", "hots: db1.example");
    const { code, out } = await repository.run("validate", "hr");
    expect(code).toBe(1);
    expect(out).toContain("hots");
    expect(out).not.toContain("source-incomplete");
    expect(out).not.toContain("environments/hr");
  });
});

describe("files that cannot be read", () => {
  beforeEach(async () => {
    for (const [path, text] of Object.entries(readExample("orders").files))
      await repository.write(`environments/orders/${path}`, text);
  });

  it("are problems of their own database: a link leaves the others alone", async () => {
    await symlink("/etc/passwd", join(repository.folder, "environments/hr/link"));
    expect((await repository.run("validate", "orders")).out).not.toContain("link");
    const { code, out } = await repository.run("validate", "--json");
    const { problems } = JSON.parse(out) as { problems: Problem[] };
    expect(code).toBe(1);
    expect(problems.filter(({ severity }) => severity === "error")).toMatchObject([
      { code: "not-a-regular-file", path: "environments/hr/link", line: 1, column: 1 },
    ]);
  });

  it("have line and column of the first byte that is no UTF-8, and make no second problem", async () => {
    const script = join(repository.folder, "environments/hr/scripts/mask.sql");
    await writeFile(script, Buffer.from("-- a comment\nselect 'M\u00fcller' from dual;\n", "latin1"));
    repository.commit();
    for (const command of ["validate", "seed"]) {
      const { code, out, err } = await repository.run(command, "hr", "--json");
      expect(code).toBe(1);
      const text = JSON.parse(out) as { problems?: Problem[]; error?: { problems: Problem[] } };
      const problems = text.problems ?? text.error?.problems ?? [];
      expect(
        problems.filter(({ severity }) => severity === "error"),
        err,
      ).toMatchObject([{ code: "not-utf8", path: "environments/hr/scripts/mask.sql", line: 2, column: 10 }]);
    }
  });
});

describe("two folders for one database", () => {
  it.each([["HR"], ["hr."]])("are told once, whichever of them is asked for: hr and %s", async (other) => {
    for (const [path, text] of Object.entries(readExample("hr").files))
      await repository.write(`environments/${other}/${path}`, text);
    for (const names of [[], ["hr"], [other]]) {
      const { code, out } = await repository.run("validate", ...names, "--json");
      expect(code).toBe(1);
      const { problems } = JSON.parse(out) as { problems: Problem[] };
      const errors = problems.filter(({ severity }) => severity === "error").map((problem) => problem.code);
      expect(errors, names.join()).toEqual(["duplicate-database"]);
    }
  });

  it("are no matter of a third one", async () => {
    for (const folder of ["HR", "orders"])
      for (const [path, text] of Object.entries(readExample(folder.toLowerCase()).files))
        await repository.write(`environments/${folder}/${path}`, text);
    expect(await repository.run("validate", "orders")).toMatchObject({ code: 0 });
  });
});
