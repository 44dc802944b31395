import { describe, expect, it } from "vitest";
import { parseRequest } from "../../src/request/parse-request.ts";
import { renderRequestTemplate } from "../../src/request/request-template.ts";
import type { Settings } from "../../src/settings/settings.ts";
import { exampleSettings, problemsOf } from "./read-example.ts";

function check(settings: Settings | undefined, owner = "ada") {
  const text = renderRequestTemplate({ database: "crm", settings, owner });
  const parsed = parseRequest({ database: "crm", files: { "database_config.yaml": text } }, settings);
  const lines = text.split("\n");
  return {
    text,
    parsed,
    errors: problemsOf(parsed)
      .filter(({ severity }) => severity === "error")
      .map((problem) => lines[problem.line - 1]!.trim()),
  };
}

const ONE_OF_EACH = exampleSettings((settings) => {
  delete settings.sources["orders-prod"];
  delete settings.bases["ee-19c"];
  delete settings.clusters["rke-dev"];
});

describe("renderRequestTemplate", () => {
  it("is a sound request where the settings leave one choice of each", () => {
    const { parsed, text } = check(ONE_OF_EACH);
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        owner: "ada",
        placement: { cluster: "rke-test", project: "dev-databases" },
        source_database: { name: "hr-prod", schemas: [{ name: "HR" }, { name: "OE" }] },
        database: { base: "free-26ai" },
      },
    });
    expect(text).toContain("password_secret: { name: crm-app, key: password }");
  });

  it("has problems only at the choices that are left to its author, and names what can be chosen", () => {
    const { errors, text } = check(exampleSettings());
    expect(errors.toSorted()).toEqual([
      "- name: # a schema of that source",
      "base: # choose: free-26ai, ee-19c",
      "cluster: # choose: rke-dev, rke-test",
      "name: # choose: hr-prod, orders-prod",
      "project: # a project of that cluster: rke-dev (dev-databases, shop), rke-test (dev-databases)",
    ]);
    expect(text).not.toMatch(/[ \t]$/m);
  });

  it("asks for the connection where there are no settings", () => {
    const { errors } = check(undefined);
    expect(errors).toContain("service_name: # of the pluggable database");
    expect(errors.every((line) => /: #/.test(line))).toBe(true);
  });

  it.each([
    ["settings", exampleSettings()],
    ["no settings", undefined],
  ])("never advises to remove a key that it cannot do without: %s", (_name, settings) => {
    const empty = problemsOf(check(settings, "").parsed).filter(({ code }) => code === "empty-value");
    expect(empty.length).toBeGreaterThan(4);
    for (const { what, fix } of empty)
      expect({ what, fix }).toEqual({
        what,
        fix: expect.stringMatching(/^write a value, for example [^,]+$/) as string,
      });
  });

  it("leaves the owner open where nobody knows the login", () => {
    expect(check(ONE_OF_EACH, "").errors).toEqual(["owner: # GitHub login of the person who is responsible for it"]);
  });

  it.each(["123", "null", "1e5", "0x1f"])("keeps the login %s a text", (owner) => {
    const { parsed } = check(ONE_OF_EACH, owner);
    expect(parsed).toMatchObject({ ok: true, value: { owner } });
  });
});
