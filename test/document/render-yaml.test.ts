import { expect, test } from "vitest";
import { renderYaml } from "../../src/document/render-yaml.ts";

// What Go's reader takes for a number (https://github.com/go-yaml/yaml/blob/v2.4.0/resolve.go) is more than YAML 1.1 says; all of these can be the
// login of an owner. A real API server reads the same in test/cluster/manifests/dry-run.test.ts.
test.each(["0x1F", "0X1F", "0B1", "0b1", "0o17", "0O7", "017", "1_000", "0X_1F", "1e3", "1E3", "1e1_0", "5_", "12"])(
  "the text %s is in quotes, as a value and as a key",
  (text) => expect(renderYaml({ [text]: text })).toBe(`"${text}": "${text}"\n`),
);

test.each(["0X", "0B2", "0xyz", "1e", "40Gi", "1500m", "_1", "a1", "1-2", "1h0m0s"])("the text %s is not", (text) =>
  expect(renderYaml({ [text]: text })).toBe(`${text}: ${text}\n`),
);
