import { describe, expect, test } from "vitest";
import { changesBetween } from "../../../../bot/decide/gate/change-set.ts";
import { CHECKS } from "../../../../bot/decide/gate/check-names.ts";
import { decideMergeGroup } from "../../../../bot/decide/gate/merge-group.ts";
import { readRecord, renderRecord } from "../../../../bot/decide/gate/record.ts";
import type { CheckFacts } from "../../../../bot/hub/checks.ts";

type Files = Record<string, string>;

const CONFIG = "environments/hr/database_config.yaml";
const SCRIPT = "environments/hr/scripts/mask.sql";
const MANIFEST = "environments/hr/manifests/fleet.yaml";
const LOCK = "environments/hr/seed.lock.yaml";

const entriesOf = (files: Files) => Object.entries(files).map(([path, blob]) => ({ path, mode: "100644", blob }));

/** The checks of a pull request that was judged as the difference of two trees. */
function pullOf(main: Files, result: Files, conclusion = "success"): CheckFacts[] {
  const changes = changesBetween(entriesOf(main), entriesOf(result));
  const record = renderRecord({ changes, heads: [], updates: [], pushers: [], reviews: [] })!;
  return Object.values(CHECKS).map((name, index) => ({
    id: String(index),
    name,
    appId: 7,
    status: "completed",
    conclusion,
    completedAt: "2026-11-22T12:00:00Z",
    externalId: "",
    title: "",
    summary: "",
    text: name === CHECKS.approval ? record : "",
  }));
}

interface Group {
  base: Files;
  head: Files;
  pulls: CheckFacts[][];
  rendered?: string[];
}

function judge({ base, head, pulls, rendered = [] }: Group) {
  const changes = changesBetween(entriesOf(base), entriesOf(head));
  const [first, ...others] = decideMergeGroup({ appId: 7, changes, rendered, pulls });
  for (const check of others) expect(check).toMatchObject({ conclusion: first!.conclusion, title: first!.title });
  return { ...first!, record: others.at(-1)!.text };
}

const START = { [CONFIG]: "1", [SCRIPT]: "1", [MANIFEST]: "1" };

describe("a group of the merge queue", () => {
  test("two pull requests, a file of the same request each: nobody has reviewed both together", () => {
    const one = pullOf(START, { ...START, [CONFIG]: "2" });
    const two = pullOf(START, { ...START, [SCRIPT]: "2" });
    const head = { ...START, [CONFIG]: "2", [SCRIPT]: "2" };
    expect(judge({ base: START, head, pulls: [one, two] })).toMatchObject({
      conclusion: "failure",
      title: "Not in an approved pull request: environments/hr",
    });
    // As it would be against the first one's group, which is the parent of the second one's.
    expect(judge({ base: { ...START, [CONFIG]: "2" }, head, pulls: [one, two] }).conclusion).toBe("failure");
    expect(judge({ base: START, head, pulls: [one, two, pullOf(START, head)] }).conclusion).toBe("success");
  });

  test("two pull requests for two databases, and a setting", () => {
    const shop = { "environments/shop/database_config.yaml": "1", "environments/shop/manifests/fleet.yaml": "1" };
    const settings = { ".github/seedbed.yml": "1" };
    const pulls = [pullOf({}, START), pullOf({}, shop), pullOf({}, settings)];
    const head = { ...START, ...shop, ...settings };
    expect(judge({ base: {}, head, pulls }).conclusion).toBe("success");
    expect(judge({ base: {}, head, pulls: pulls.slice(1) }).title).toContain("environments/hr");
    expect(judge({ base: {}, head, pulls: pulls.slice(0, 2) }).title).toContain(".github/seedbed.yml");
  });

  test("says of a green group what it covers, for who judges the merge", () => {
    const { record = "" } = judge({ base: {}, head: START, pulls: [pullOf({}, START)] });
    expect(readRecord({ text: record })?.changes).toEqual(changesBetween([], entriesOf(START)));
  });

  test("the old bytes of a green pull request that is only behind main are nobody's change", () => {
    const behind = pullOf(START, { ...START, "environments/shop/database_config.yaml": "1" });
    const later = { ...START, [CONFIG]: "2" };
    expect(judge({ base: later, head: START, pulls: [behind] }).conclusion).toBe("failure");
    expect(judge({ base: later, head: {}, pulls: [pullOf({}, { ".github/seedbed.yml": "1" })] }).conclusion).toBe(
      "failure",
    );
    expect(judge({ base: START, head: {}, pulls: [pullOf(START, {})] }).conclusion).toBe("success");
  });

  test("a pull request that only renders does not vouch for an older request", () => {
    const renders = pullOf(START, { ...START, [MANIFEST]: "2" });
    const later = { ...START, [CONFIG]: "2" };
    expect(judge({ base: later, head: { ...START, [MANIFEST]: "2" }, pulls: [renders] }).conclusion).toBe("failure");
  });

  test("manifests that git merged with those of a newer lock pass if they are what the group renders to", () => {
    const pull = pullOf(START, { ...START, [CONFIG]: "2", [MANIFEST]: "2" });
    const base = { ...START, [LOCK]: "1", [MANIFEST]: "3" };
    const head = { ...base, [CONFIG]: "2", [MANIFEST]: "4" };
    expect(judge({ base, head, pulls: [pull] }).conclusion).toBe("failure");
    expect(judge({ base, head, pulls: [pull], rendered: ["shop"] }).conclusion).toBe("failure");
    expect(judge({ base, head, pulls: [pull], rendered: ["hr"] }).conclusion).toBe("success");
    // That excuses no lock, no permit and no request.
    expect(judge({ base, head: { ...head, [LOCK]: "2" }, pulls: [pull], rendered: ["hr"] }).conclusion).toBe("failure");
    expect(judge({ base, head: { ...head, [CONFIG]: "3" }, pulls: [pull], rendered: ["hr"] }).conclusion).toBe(
      "failure",
    );
  });

  test("a pull request that has turned red in between, is not checked in full, or has checks of another App", () => {
    const head = { ...START, [CONFIG]: "2" };
    const green = pullOf(START, head);
    const bad = [
      pullOf(START, head, "action_required"),
      green.slice(1),
      green.map((check) => ({ ...check, appId: 8 })),
    ];
    for (const checks of bad) expect(judge({ base: START, head, pulls: [checks] }).conclusion).toBe("failure");
  });

  test("a pull request whose check does not say what it covers, as those of an earlier bot", () => {
    const head = { ...START, [CONFIG]: "2" };
    const silent = pullOf(START, head).map((check) => ({ ...check, text: "" }));
    expect(judge({ base: START, head, pulls: [silent] }).conclusion).toBe("failure");
  });

  test("a path is shown as code, whatever its name is", () => {
    const path = ".github/`x` @ada <b>\n![](http://evil.example).yml";
    const { summary } = judge({ base: {}, head: { [path]: "1" }, pulls: [] });
    const [line] = summary.split("\n").filter((text) => text.startsWith("- "));
    expect(line).toMatch(/^- (`+)[^\n]*\1$/);
  });

  test("a folder may have any name, and is compared", () => {
    const file = { "environments/__proto__/database_config.yaml": "1" };
    expect(judge({ base: {}, head: file, pulls: [] }).title).toContain("environments/__proto__");
    expect(judge({ base: {}, head: file, pulls: [pullOf({}, file)] }).conclusion).toBe("success");
  });

  test("is green if it changes no Seedbed files", () => {
    expect(judge({ base: START, head: START, pulls: [] })).toMatchObject({ conclusion: "success", record: undefined });
  });
});
