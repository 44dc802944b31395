import { describe, expect, test } from "vitest";
import { emptyLock } from "../../src/lock/advance-lock.ts";
import { planToJson, renderPlan } from "../../src/plan/render-plan.ts";
import { absent, planOf, requested, running, seeding } from "./example-states.ts";

const plain = { color: false, width: Infinity };

describe("a plan as text", () => {
  test.each([
    ["create", planOf(absent, running({ lock: emptyLock("hr") }), ["begin\n  null;\nend;\n/"])],
    [
      "export",
      planOf(
        running(),
        seeding((seed) => (seed.scope = [])),
      ),
    ],
    [
      "apply",
      planOf(
        running(),
        requested((request) => (request.database.resources.memory = "8Gi")),
      ),
    ],
    [
      "refuse",
      planOf(
        running(),
        requested((request) => (request.placement.project = "sandbox")),
      ),
    ],
    ["retire", planOf(running(), { ...absent, lock: running().lock })],
    ["nothing", planOf(running(), running())],
  ])("is the golden one: %s", async (name, plan) => {
    await expect(renderPlan(plan, plain)).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  test("is plain when piped, and says the same in colour", () => {
    const plan = planOf(
      running(),
      requested((request) => (request.database.resources.memory = "8Gi")),
    );
    const colored = renderPlan(plan, { color: true, width: Infinity });
    expect(colored).toContain("\u001b[33m");
    // oxlint-disable-next-line no-control-regex
    expect(colored.replaceAll(/\u001b\[\d+m/g, "")).toBe(renderPlan(plan, plain));
  });

  test("keeps its changes within the width of the terminal", () => {
    const plan = planOf(
      running(),
      seeding((seed) => (seed.scope = [])),
    );
    const changes = renderPlan(plan, { color: false, width: 60 })
      .split("\n")
      .filter((line) => /^ {2}[>~+!-]/.test(line));
    expect(changes.length).toBeGreaterThan(2);
    expect(Math.max(...changes.map((line) => line.length))).toBe(60);
  });

  test("lets no text of the request steer the terminal", () => {
    const evil = "\u001b[2K\u009b31mx\u202e\u200b\u2028\r";
    const after = seeding(
      (seed) => (seed.scope = [{ name: evil, tables: [{ name: evil, where: evil }, { name: evil + 1 }] }]),
    );
    const text = renderPlan(planOf(running(), after, [`select '${evil}' from dual`]), plain);
    expect(text).toContain(String.raw`\u001b[2K`);
    // oxlint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u2028\u202e]/);
  });
});

describe("a plan as JSON", () => {
  test("is the whole plan", () => {
    const plan = planOf(
      running(),
      seeding((seed) => (seed.scope = [])),
    );
    expect(JSON.parse(planToJson(plan))).toEqual({ version: 1, ...plan });
  });
});
