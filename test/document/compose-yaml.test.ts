import { describe, expect, test } from "vitest";
import { composeYaml, YAML_LIMITS } from "../../src/document/compose-yaml.ts";

const { levels, keys, tokens, errors } = YAML_LIMITS;

function nested(depth: number): string {
  return `${"[".repeat(depth)}${"]".repeat(depth)}`;
}

/** Each level is one column further to the right. */
function indented(depth: number): string {
  return Array.from({ length: depth }, (_, level) => `${" ".repeat(level)}a:\n`).join("");
}

function keysOf(count: number, [open, separator, close]: [string, string, string]): string {
  return `${open}${Array.from({ length: count }, (_, number) => `k${number}: 1`).join(separator)}${close}`;
}

const BLOCK: [string, string, string] = ["", "\n", "\n"];
const FLOW: [string, string, string] = ["{", ", ", "}"];

function codeOf(text: string): string | null {
  const composed = composeYaml(text);
  return "code" in composed ? composed.code : null;
}

describe("YAML is composed", () => {
  test.each([
    ["levels of brackets", nested(levels), nested(levels + 1), "yaml-nesting"],
    ["levels of indentation", indented(levels), indented(levels + 1), "yaml-nesting"],
    ["lists on one line", "- ".repeat(levels), "- ".repeat(levels + 1), "yaml-nesting"],
    ["keys on lines", keysOf(keys, BLOCK), keysOf(keys + 1, BLOCK), "yaml-keys"],
    ["keys in braces", keysOf(keys, FLOW), keysOf(keys + 2, FLOW), "yaml-keys"],
    ["values", `[${"1,".repeat(tokens / 3 - 2)}]`, `[${"1,".repeat(tokens / 3 + 2)}]`, "yaml-length"],
    ["comments", "#\n".repeat(tokens / 2), "#\n".repeat(tokens / 2 + 1), "yaml-length"],
  ])("up to a limit of %s", (_name, most, more, code) => {
    expect(codeOf(most)).toBe(null);
    expect(codeOf(more)).toBe(code);
  });

  test("with a text of any length, which is one value", () => {
    const lines = "  x\n".repeat(200_000);
    const composed = composeYaml(`a: |\n${lines}`);
    expect("documents" in composed && composed.documents[0]!.toJS()).toEqual({ a: lines.replaceAll("  x", "x") });
  });

  test("until there are too many errors to go on", () => {
    const few = composeYaml("a: 1\n".repeat(errors + 1));
    expect("documents" in few && few.documents[0]!.errors).toHaveLength(errors);
    expect(composeYaml("a: 1\n".repeat(errors + 2))).toMatchObject({ documents: [] });
    for (const text of ["]".repeat(5000), `"${"\\x".repeat(5000)}"`, `[${",".repeat(5000)}]`]) {
      const composed = composeYaml(text);
      expect(composed).toMatchObject({ documents: [] });
      expect("errors" in composed && composed.errors.length).toBeGreaterThan(0);
      expect("errors" in composed && composed.errors.length).toBeLessThanOrEqual(errors);
    }
  });

  test("no further than the second document", () => {
    const composed = composeYaml("--- a\n".repeat(1000));
    expect("documents" in composed && composed.documents.map((document) => document.toJS() as unknown)).toEqual([
      "a",
      "a",
    ]);
  });
});
