import { expect, test } from "vitest";
import { bytesOf, sizeForRequest } from "../../src/cluster/live-size.ts";

test.each([
  ["20Gi", 20n * 1024n ** 3n, "20Gi"],
  ["20480Mi", 20n * 1024n ** 3n, "20480Mi"],
  ["30G", 30_000_000_000n, "28Gi"],
  ["21474836480", 21_474_836_480n, "20Gi"],
  ["21474836481", 21_474_836_481n, "21Gi"],
  ["30e9", 30_000_000_000n, "28Gi"],
  ["1.5E+11", 150_000_000_000n, "140Gi"],
  ["1.2345e2", 124n, "1Gi"],
])("%s is %s bytes, and a request has to ask for %s", (text, bytes, size) => {
  expect([bytesOf(text), sizeForRequest(text)]).toEqual([bytes, size]);
});
