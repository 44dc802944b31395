import { describe, expect, test } from "vitest";
import { codeBlock, escapeText, fenceFor, inlineCode } from "../src/markdown.ts";

describe("a block of somebody else's words", () => {
  test("ends where it should, whatever stands in it", () => {
    const text = "```\n@acme/everyone\n````\r\n~~~\n`````";
    const block = codeBlock(text);
    expect(block).toBe("``````text\n```\n@acme/everyone\n````\n~~~\n`````\n``````");
    expect(text).not.toContain(fenceFor(text));
  });

  test("has no carriage return that another reader would take for the end of a line", () => {
    expect(codeBlock("a\r```\rb\n", "sql")).toBe("````sql\na```b\n````");
  });
});

describe("others' text on one line", () => {
  test.each([
    ["a\n# b\r\n- c", "a # b - c"],
    ["<img src=x> [a](b) `c` *d* _e_ ~f~ | \\", "\\<img src=x\\> \\[a\\](b) \\`c\\` \\*d\\* \\_e\\_ \\~f\\~ \\| \\\\"],
    ["a\u202eb\u200bc\u001b", "a\\\\u{202e}b\\\\u{200b}c\\\\u{1b}"],
  ])("%j is shown as %j", (text, shown) => expect(escapeText(text)).toBe(shown));

  test("as code it neither ends the cell nor hides anything", () => {
    expect(inlineCode("a|b\u2066\nc")).toBe("`a\\|b\\u{2066} c`");
    expect(inlineCode("``")).toBe("``` `` ```");
  });
});
