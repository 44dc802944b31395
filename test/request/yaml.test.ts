import { describe, expect, it } from "vitest";
import { readYaml } from "../../src/document/yaml-text.ts";
import { pointAt } from "./read-example.ts";

const PATH = "environments/hr/database_config.yaml";

describe("readYaml", () => {
  const rows: [string, string, string[]][] = [
    ["a key that is listed twice", "a: 1\nb: 2\na: 3\n", ["duplicate-key 3:1 a"]],
    ["an anchor and an alias", "a: &x 1\nb: *x\n", ["yaml-feature 1:4 &x", "yaml-feature 2:4 *x"]],
    ["an alias to nothing", "a: *x\n", ["yaml-feature 1:4 *x"]],
    [
      "many aliases that would become large",
      "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
      [
        "yaml-feature 1:4 &a",
        "yaml-feature 2:4 &b",
        "yaml-feature 2:8 *a",
        "yaml-feature 2:12 *a",
        "yaml-feature 3:5 *b",
        "yaml-feature 3:9 *b",
      ],
    ],
    ["a schedule without quotes", "a:\n  schedule: * 2 * * * # daily\n", ["yaml-syntax 2:13 * 2 * * *"]],
    ["a schedule of steps without quotes", "schedule: */30 * * * *\nb: 1\n", ["yaml-syntax 1:11 */30 * * * *"]],
    ["one that is a step alone", "schedule: */5\n", ["yaml-feature 1:11 */5"]],
    ["a list's value", "a:\n  - *,5 1 * * *\n", ["yaml-syntax 2:5 *,5 1 * * *"]],
    [
      "schedules without quotes in braces",
      "a: { schedule: * 2 * * *, keep: 3 }\nb: { schedule: */30 * * * 1 }\n",
      ["yaml-syntax 1:16 * 2 * * *", "yaml-syntax 2:16 */30 * * * 1"],
    ],
    ["a schedule beside another mistake", "a: * 2 * * *\nb: @x\n", ["yaml-syntax 1:4 * 2 * * *", "yaml-syntax 2:4 @"]],
    ["a tag", "a: !!str 1\n", ["yaml-feature 1:4 !!str"]],
    ["a tag of one's own", "a: !js x\n", ["yaml-feature 1:4 !js"]],
    ["a tag without a value", "a: !x\n", ["yaml-feature 1:4 !x"]],
    ["a merge key", "<<: { a: 1 }\n", ["yaml-feature 1:1 <<"]],
    ["a directive", "%YAML 1.1\n---\na: yes\n", ["yaml-feature 1:1 %"]],
    ["a second document", "a: 1\n---\nb: 2\n", ["yaml-feature 3:1 b"]],
    ["a key that is a map", "? { a: 1 }\n: 2\n", ["yaml-syntax 1:3 {"]],
    ["a tab that indents", "a:\n\tb: 1\n", ["yaml-syntax 2:1 \t"]],
    ["a tab that indents among blanks", "a:\n  b: 1\n\tc: 2\n  d: 3\n", ["yaml-syntax 3:1 \t"]],
    ["a bracket that is not closed", "a:\n  b: [c\n  d: 1\n", ["yaml-syntax 2:6 ["]],
    ["two that are not closed", "a: [b, {c: d\ne: f\n", ["yaml-syntax 1:8 {", "yaml-syntax 1:4 ["]],
    ["one that is, around one that is not", "a: {b: [c, d}\nz: 1\n", ["yaml-syntax 1:8 ["]],
    ["a text that YAML cannot begin with", "a: @x\n", ["yaml-syntax 1:4 @"]],
    ["a second colon on a line", "a: b: c\n", ["yaml-syntax 1:4 b"]],
    ["an indent that fits nowhere", "a:\n  b: 1\n c: 2\n", ["yaml-syntax 3:1  "]],
    ["an empty file", "", ["empty-file 1:1 "]],
    ["a file of comments", "# soon\n", ["empty-file 1:1 #"]],
    ["a NUL", "a: \u0000\n", ["hidden-character 1:4 \u0000"]],
    ["text that turns around", 'a: "x\u202ey"\n', ["hidden-character 1:6 \u202e"]],
    ["a lone carriage return", "a: 1\rb: 2\n", ["hidden-character 1:5 \r"]],
    ["a lone surrogate", "a: \ud800\n", ["hidden-character 1:4 \ud800"]],
    ["brackets without end", "[".repeat(5000), ["yaml-nesting 1:31 ["]],
    ["lists without end", "- ".repeat(5000), ["yaml-nesting 1:61 -"]],
    ["levels that no request has", `${"[".repeat(40)}${"]".repeat(40)}`, ["yaml-nesting 1:31 ["]],
    ["a file that is too large", "#".repeat(64 * 1024 + 1), ["file-too-large 1:1 #"]],
  ];

  it.each(rows)("refuses %s", (_name, text, expected) => {
    const { problems } = readYaml({ path: PATH, text, docs: "docs/x.md#yaml" });
    expect(problems.map((problem) => pointAt(problem, text))).toEqual(expected);
  });

  it("says how to write a schedule that begins with a star", () => {
    const { problems } = readYaml({ path: PATH, text: "a:\n  schedule: * 2 * * *\n", docs: "d" });
    expect(problems).toMatchObject([
      { what: "a value that begins with * is not in quotes", fix: "put the schedule in quotes" },
    ]);
  });

  it("keeps the last bytes of a file that is just small enough", () => {
    const text = `a: 1\n#${"x".repeat(64 * 1024 - 6)}`;
    expect(readYaml({ path: PATH, text, docs: "d" }).text?.value).toEqual({ a: 1 });
  });
});
