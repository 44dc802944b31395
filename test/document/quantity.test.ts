import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalQuantity, wholeOf } from "../../src/document/quantity.ts";

test.each([
  ["1024Mi", "1Gi"],
  ["2048Mi", "2Gi"],
  ["1536Mi", "1536Mi"],
  ["1.5Gi", "1536Mi"],
  ["1000Mi", "1000Mi"],
  ["1000M", "1G"],
  ["1000m", "1"],
  ["0.5", "500m"],
  ["1500m", "1500m"],
  ["2", "2"],
  ["2000", "2k"],
  ["0", "0"],
  ["0Gi", "0"],
  ["0.5Ki", "512"],
  ["1048576Ti", "1Ei"],
  ["20Gi", "20Gi"],
])("%s is %s to the apiserver", (text, canonical) => {
  expect(canonicalQuantity(text)).toBe(canonical);
});

test.each(["", "Gi", "1 Gi", "1gi", "-1", "1e3", "1.0001", "4GiB", "0x10"])("%j is refused", (text) => {
  expect(() => canonicalQuantity(text)).toThrow(/is not a valid Kubernetes quantity/);
});

test("the canonical form has the same size and is its own canonical form", () => {
  const quantity = fc
    .tuple(fc.nat(), fc.constantFrom("", "m", "k", "M", "G", "Ki", "Mi", "Gi", "Ti"))
    .map(([n, unit]) => `${n}${unit}`);
  fc.assert(
    fc.property(quantity, (text) => {
      const canonical = canonicalQuantity(text);
      expect(wholeOf(canonical)).toBe(wholeOf(text));
      expect(canonicalQuantity(canonical)).toBe(canonical);
    }),
  );
});
