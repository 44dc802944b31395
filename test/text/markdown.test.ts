import { describe, expect, test } from "vitest";
import { codeBlock, escapeText, fenceFor, inlineCode, plainText } from "../../src/text/markdown.ts";

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

describe("a message that quotes others' text", () => {
  test("mentions nobody, refers to nothing, and has no link, image or HTML of theirs", () => {
    expect(plainText("@acme/dba [approve](https://x.example) ![t](u) #12 acme/x#3 <b>")).toBe(
      "@\u200bacme/dba &#91;approve&#93;(https://x.example) !&#91;t&#93;(u) #\u200b12 acme/x#\u200b3 &#60;b&#62;",
    );
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
