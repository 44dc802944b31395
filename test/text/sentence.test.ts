import { expect, test } from "vitest";
import { sentence } from "../../src/text/sentence.ts";

test.each([
  ["the source has no schema HR", "The source has no schema HR."],
  ["source_database.schemas has no HR", "source_database.schemas has no HR."],
  ["HR has no table A", "HR has no table A."],
  ["did you mean HR? Otherwise correct it", "Did you mean HR? Otherwise correct it."],
  ["did you mean HR?", "Did you mean HR?"],
  ["ask the DBA to run: GRANT CONNECT TO A;", "Ask the DBA to run: GRANT CONNECT TO A;"],
])("of a problem's text: %s", (text, expected) => {
  expect(sentence(text)).toBe(expected);
});
