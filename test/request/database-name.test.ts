import { describe, expect, it } from "vitest";
import { findDuplicateDatabases, parseDatabaseName } from "../../src/request/database-name.ts";

describe("parseDatabaseName", () => {
  it.each(["hr", "h2", "a-b", "a".repeat(40)])("takes %s", (name) => {
    expect(parseDatabaseName(name)).toEqual({ ok: true, value: name, warnings: [] });
  });

  it.each([
    ["", "a name has 2 to 40 characters"],
    ["a", "it has 1 character; 2 to 40 are allowed"],
    ["a".repeat(41), "it has 41 characters; 2 to 40 are allowed"],
    ["../hr", "a name is one folder below environments/, not a path"],
    ["..", "a name is one folder below environments/, not a path"],
    ["a\\b", "a name is one folder below environments/, not a path"],
    ["hr%2f..", "names are never percent-decoded"],
    [" hr", "it starts or ends with a space"],
    [
      "HR",
      "a name is a lower-case letter followed by lower-case letters, digits and hyphens, without a hyphen at the end",
    ],
    [
      "hr_dev",
      "a name is a lower-case letter followed by lower-case letters, digits and hyphens, without a hyphen at the end",
    ],
    [
      "hr-",
      "a name is a lower-case letter followed by lower-case letters, digits and hyphens, without a hyphen at the end",
    ],
    [
      "9hr",
      "a name is a lower-case letter followed by lower-case letters, digits and hyphens, without a hyphen at the end",
    ],
    [
      "hr\u0000",
      "a name is a lower-case letter followed by lower-case letters, digits and hyphens, without a hyphen at the end",
    ],
    ["hr\n", "it starts or ends with a space"],
    [
      "hг",
      "a name is a lower-case letter followed by lower-case letters, digits and hyphens, without a hyphen at the end",
    ],
    ["system", "its namespace would be seedbed-system, which is reserved for Seedbed"],
  ])("refuses %j and says why", (name, why) => {
    const parsed = parseDatabaseName(name);
    expect(parsed).toMatchObject({ ok: false, problems: [{ why, line: 1, column: 1 }] });
  });

  it("says what a folder should be called where only the spelling is wrong", () => {
    const parsed = parseDatabaseName("HR_Dev");
    expect(parsed.ok || parsed.problems[0]?.fix).toBe('rename the folder to "hr-dev"');
  });
});

describe("findDuplicateDatabases", () => {
  it("finds names that come to one namespace, and calls the unsound one the duplicate", () => {
    const problems = findDuplicateDatabases(["HR", "hr", "orders", "hr-dev", "hr_dev", "ｈｒ"]);
    expect(problems.map((problem) => problem.what).toSorted()).toEqual([
      'the database "HR" already exists as "hr"',
      'the database "hr_dev" already exists as "hr-dev"',
      'the database "ｈｒ" already exists as "hr"',
    ]);
  });

  it("leaves different names alone, however near", () => {
    expect(findDuplicateDatabases(["hr", "hr2", "hr-2", "h-r"])).toEqual([]);
  });
});
