import fc from "fast-check";
import { expect, test } from "vitest";
import { noChanges } from "../../../../bot/decide/gate/change-set.ts";
import { readRecord, renderRecord } from "../../../../bot/decide/gate/record.ts";

test("what is recorded is read back as it was, whatever names and paths have in them", () => {
  const name = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("__proto__", "a\u00ad", "\u200b", "`}{`", "\u{e0041}", "\r\n"),
  );
  fc.assert(
    fc.property(fc.dictionary(name, fc.string({ unit: "binary" })), name, (files, login) => {
      const record = {
        changes: { ...noChanges(), files },
        heads: ["a"],
        updates: [],
        pushers: [{ id: "1", login, type: "User" }, null],
        reviews: [{ id: "2", head: "a" }],
      };
      const text = renderRecord(record)!;
      expect(text).toMatch(/^[\n -~]*$/);
      expect(JSON.stringify(readRecord({ text }))).toBe(JSON.stringify(record));
    }),
  );
});

test("a record that does not fit into a check is none, and so is any other text", () => {
  const files = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`.github/${index}.yml`, "100644 aaaa"]));
  expect(
    renderRecord({ changes: { ...noChanges(), files }, heads: [], updates: [], pushers: [], reviews: [] }),
  ).toBeNull();
  for (const text of ["", "{", "{}", '{"version": 2}', "no record", "null"]) expect(readRecord({ text })).toBeNull();
});
