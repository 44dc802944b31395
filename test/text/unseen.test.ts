import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapeJson, renderJson } from "../../src/text/json.ts";
import { codeBlock, escapeText, inlineCode, plainText } from "../../src/text/markdown.ts";
import { showAroundColours } from "../../src/text/paint.ts";
import { quote } from "../../src/text/quote.ts";
import { findUnseen, showLines, showPath, showUnseen } from "../../src/text/unseen.ts";
import { showInJob } from "../../src/text/workflow-commands.ts";
import { findObeyed, hostileText, UNSEEN } from "./hostile-text.ts";

describe("text of others that is shown to people has no character that steers or hides", () => {
  test.each<[string, (text: string) => string, string]>([
    ["on one line", showUnseen, ""],
    ["with its lines", showLines, "\t\n"],
    ["in a job's log", showInJob, "\t\n"],
    ["as a path", showPath, ""],
    ["as a value", quote, ""],
    ["as a block of Markdown", codeBlock, "\t\n"],
    ["as code in Markdown", inlineCode, ""],
    ["escaped for Markdown", escapeText, ""],
    // It puts zero widths of its own behind @ and #.
    ["as Markdown without mentions", (text) => plainText(text).replaceAll(/(?<=[@#])\u200b/g, ""), ""],
    ["in JSON", (text) => renderJson({ [text]: [text] }), "\n"],
  ])("%s", (_, show, kept) => {
    const holds = fc.property(hostileText(), (text) => {
      expect(Array.from(show(text)).filter((character) => UNSEEN.test(character) && !kept.includes(character))).toEqual(
        [],
      );
    });
    fc.assert(holds);
  });

  test("and colours of ours are the only sequences of a painted one", () => {
    const holds = fc.property(hostileText(), (text) => {
      const painted = showAroundColours(`\u001b[1;31m${text}\u001b[0m`);
      expect(findObeyed(painted)).toBe("");
    });
    fc.assert(holds);
  });
});

test("every unseen character of a file is found, but for tabs and the ends of its lines", () => {
  const holds = fc.property(hostileText(), (text) => {
    const found = new Set(findUnseen(text).map(({ index }) => index));
    const wanted = [...text.matchAll(new RegExp(UNSEEN, "gu"))].filter(
      ({ 0: character }) => !"\t\r\n".includes(character),
    );
    expect(wanted.filter(({ index }) => !found.has(index))).toEqual([]);
  });
  fc.assert(holds);
});

describe("JSON", () => {
  test("reads back as what it was, whatever is in it, and has no command to a runner", () => {
    const value = fc.dictionary(hostileText(), fc.array(fc.oneof(hostileText(), fc.integer(), fc.boolean())));
    const holds = fc.property(value, (given) => {
      const json = renderJson(given);
      expect(json).not.toContain("##[");
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(given)));
    });
    fc.assert(holds);
  });

  test("keeps its lines", () => {
    expect(renderJson({ a: "ü\u0085", b: 1 })).toBe('{\n  "a": "ü\\u0085",\n  "b": 1\n}\n');
    expect(escapeJson('{"msg":"\u009b2J"}\n{}\n')).toBe('{"msg":"\\u009b2J"}\n{}\n');
  });
});

test("an emoji and a name in another script stay as they are", () => {
  expect(showUnseen("⚠️ ✅ grüße 名前 Ω")).toBe("⚠️ ✅ grüße 名前 Ω");
});
