import { describe, expect, it } from "vitest";
import { folderOf, databaseFileOf } from "../../src/layout/database-folder.ts";
import { isDatabaseName } from "../../src/layout/database-name.ts";

describe("a path of a repository of requests", () => {
  it.each([
    ["environments/hr/database_config.yaml", "hr", "database_config.yaml", false],
    ["environments/hr/scripts/mask.sql", "hr", "scripts/mask.sql", false],
    ["environments/hr/approval.yaml", "hr", "approval.yaml", true],
    ["environments/hr/seed.lock.yaml", "hr", "seed.lock.yaml", true],
    ["environments/hr/manifests/fleet.yaml", "hr", "manifests/fleet.yaml", true],
    ["environments/hr/manifests/a/b.yaml", "hr", "manifests/a/b.yaml", true],
    ["environments/hr/manifests", "hr", "manifests", false],
    ["environments/hr/Approval.yaml", "hr", "Approval.yaml", false],
    ["environments/hr/approval.yaml/x", "hr", "approval.yaml/x", false],
    ["environments/hr/scripts/approval.yaml", "hr", "scripts/approval.yaml", false],
    ["environments/hr/approval.yaml\n", "hr", "approval.yaml\n", false],
    ["environments/hr/\nscript.sql", "hr", "\nscript.sql", false],
    ["environments/h\nr/x", "h\nr", "x", false],
  ])("%j stands in the folder %j as %j, generated: %s", (path, database, below, generated) => {
    expect(databaseFileOf(path)).toEqual({ database, below, generated });
    expect(folderOf(database).at(below)).toBe(path);
  });

  it.each(["environments", "environments/hr", "environments//x", "environments/hr/", ".github/seedbed.yml", "a/b/c"])(
    "%j is no database's",
    (path) => expect(databaseFileOf(path)).toBeNull(),
  );

  it("of a database has the names of the contract", () => {
    expect(folderOf("hr")).toMatchObject({
      path: "environments/hr",
      request: "environments/hr/database_config.yaml",
      approval: "environments/hr/approval.yaml",
      lock: "environments/hr/seed.lock.yaml",
      manifests: "environments/hr/manifests",
    });
  });
});

describe("the name of a database", () => {
  it.each(["hr", "a1", "shop-eu", "a".repeat(40)])("can be %s", (name) => expect(isDatabaseName(name)).toBe(true));
  it.each(["", "h", "Hr", "1a", "a-", "hr\n", "\nhr", "a/b", "a".repeat(41)])("cannot be %j", (name) =>
    expect(isDatabaseName(name)).toBe(false),
  );
});
