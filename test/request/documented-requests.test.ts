import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseRequest } from "../../src/request/parse-request.ts";
import { parseSettings } from "../../src/settings/parse-settings.ts";

const ROOT = new URL("../../", import.meta.url);

function read(path: string): string {
  return readFileSync(new URL(path, ROOT), "utf8");
}

/** The first block of YAML of a page that has an owner: a whole request. */
function requestIn(page: string): string {
  const blocks = [...read(page).matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text]) => text!);
  return blocks.find((text) => /^owner:/m.test(text)) ?? "";
}

function problemsOf(text: string): string[] {
  const settings = parseSettings(read(".github/seedbed.yml"), ".github/seedbed.yml");
  if (!settings.ok) return settings.problems.map(({ what }) => what);
  const files = { "database_config.yaml": text, "scripts/mask.sql": read("environments/hr/scripts/mask.sql") };
  const used = text.includes("scripts/mask.sql") ? files : { "database_config.yaml": text };
  const parsed = parseRequest({ database: "hr", files: used }, settings.value, "2026-11-25");
  return parsed.ok ? [] : parsed.problems.map(({ code, what }) => `${code}: ${what}`);
}

describe("what people copy", () => {
  it.each(["README.md", "docs/requests.md", "docs/reference/database_config.md"])(
    "from %s is a valid request under the example settings",
    (page) => {
      const text = requestIn(page);
      expect(text).not.toBe("");
      expect(problemsOf(text)).toEqual([]);
    },
  );

  it("from docs/requests.md asks for what environments/hr asks for", () => {
    const settings = parseSettings(read(".github/seedbed.yml"), ".github/seedbed.yml");
    const files = { "scripts/mask.sql": read("environments/hr/scripts/mask.sql") };
    const values = [requestIn("docs/requests.md"), read("environments/hr/database_config.yaml")].map((text) => {
      const request = { database: "hr", files: { ...files, "database_config.yaml": text } };
      const parsed = parseRequest(request, settings.ok ? settings.value : undefined, "2026-11-25");
      return parsed.ok ? parsed.value : parsed.problems;
    });
    expect(values[0]).toEqual(values[1]);
  });
});
