import { beforeEach, describe, expect, test } from "vitest";
import { decideMain } from "../../../bot/decide/main/decide-main.ts";
import { describeDatabase } from "../../../bot/decide/main/comments/describe-database.ts";
import { exampleRequest } from "./main-world.ts";
import { Model } from "./model.ts";

const DAY = 24 * 60 * 60_000;
let model: Model;
let config = "";
let mask = "";

beforeEach(async () => {
  model = new Model();
  [config = "", mask = ""] = Object.values(await exampleRequest()).map(String);
});

const good = () => ({ config, mask, reviewed: true });

async function seeded(database = "hr"): Promise<void> {
  model.merge(database, good());
  await model.settle();
  await model.finish("seeded");
  await model.settle();
}

describe("the work that a permit allows", () => {
  const rows: [string, (text: string) => string, string, number][] = [
    [
      "another table is an export",
      (text) => text.replace("- name: OE", "- name: OE\n      tables: [{ name: A }]"),
      "export",
      2,
    ],
    ["a script before the import is a new image", (text) => text, "image", 2],
    ["a larger volume is applied", (text) => text.replace("size: 20Gi", "size: 30Gi"), "apply", 1],
    ["a comment is applied", (text) => `${text}# hello\n`, "apply", 1],
  ];
  test.each(rows)("%s", async (_name, change, work, generation) => {
    await seeded();
    const text = work === "image" ? mask.replace("Employee", "Person") : mask;
    model.merge("hr", { config: change(config), mask: text, reviewed: true });
    await model.settle();
    expect(model.work("hr")).toBe(work);
    expect(model.permit("hr")).toMatch(new RegExp(`^generation: ${generation}$`, "m"));
    expect(model.runs.length).toBe(work === "apply" ? 1 : 2);
  });

  test("a base changed in the settings is rebuilt from the same dump, once, even after a failure", async () => {
    await seeded();
    const dump = /dump_set: .*/.exec(model.lock("hr"))![0];
    model.moveBase("7");
    await model.settle();
    expect(model.permit("hr")).toMatch(/^work: image\ngeneration: 2\ncause: rebuild$/m);
    await model.finish("failed");
    await model.settle();
    expect(model.commits.filter((subject) => subject.startsWith("Permit"))).toHaveLength(2);
    model.runByHand("hr", "grace");
    await model.settle();
    expect(model.permit("hr")).toMatch(/^work: image\ngeneration: 3\ncause: retry$/m);
    await model.finish("seeded");
    await model.settle();
    expect(model.lock("hr")).toContain(dump);
    expect(model.lock("hr")).toContain(`base: sha256:${"7".repeat(64)}`);
  });
});

describe("when an open permit gets its run", () => {
  test("not while the source is stopped, and then at once", async () => {
    model.setSource("    stopped: true");
    model.merge("hr", good());
    const outputs = await model.settle();
    expect(model.runs).toEqual([]);
    expect(outputs.stickyComments[0]?.body).toContain("the DBAs have stopped the source hr-prod");
    model.runByHand("hr", "grace");
    await model.settle();
    expect(model.cancelled).toEqual([{ run: "101", why: expect.stringContaining("stopped the source") as string }]);
    model.setSource("");
    await model.settle();
    expect(model.runs.filter(({ facts }) => facts.status === "in_progress")).toHaveLength(1);
  });

  test("not outside the source's windows", async () => {
    model.setSource("    windows: [{ days: [sun], from: '22:00', to: '04:00', time_zone: Europe/Berlin }]");
    model.merge("hr", good());
    const outputs = await model.settle();
    expect(model.runs).toEqual([]);
    expect(outputs.stickyComments[0]?.body).toContain("may start sun 22:00-04:00 Europe/Berlin");
    model.now = Date.parse("2026-11-22T21:00:00Z");
    await model.settle();
    expect(model.runs).toHaveLength(1);
  });

  test("at most as many at once as the source allows, oldest permit first", async () => {
    model.merge("zz", good());
    await model.settle();
    model.merge("aa", good());
    model.merge("bb", good());
    model.pass(5000);
    await model.settle();
    expect(model.runs.map(({ database }) => database)).toEqual(["zz"]);
    await model.finish("seeded");
    await model.settle();
    await model.finish("seeded");
    await model.settle();
    expect(model.runs.map(({ database }) => database)).toEqual(["zz", "aa", "bb"]);
  });

  test("at most as many at once as the source allows, also while GitHub does not list the run that was just started", async () => {
    model.setSource("    stopped: true");
    model.merge("aa", good());
    model.merge("bb", good());
    await model.settle();
    model.setSource("");
    const state = await model.state();
    const [first, ...others] = decideMain(state, model.key()).dispatches;
    expect([first?.database, others]).toEqual(["aa", []]);
    const started = [`seed aa: ${first?.reason}`];
    const next = decideMain({ ...state, started }, model.key());
    expect(next.dispatches).toEqual([]);
    const bodies = next.stickyComments.map(({ body }) => body).join("");
    expect(bodies).toContain("its run was started just now");
    expect(bodies).toContain("hr-prod already has its maximum number of runs (1)");
  });

  test("a person's run goes on when the window closes, and when a DBA stops the source", async () => {
    model.setSource("    windows: [{ days: [sun], from: '22:00', to: '04:00', time_zone: Europe/Berlin }]");
    model.merge("hr", good());
    await model.settle();
    model.now = Date.parse("2026-11-22T21:00:00Z");
    model.runByHand("hr", "grace");
    await model.settle();
    model.pass(7 * 60 * 60_000);
    await model.settle();
    model.setSource("    stopped: true");
    await model.settle();
    expect([model.runs.length, model.cancelled]).toEqual([1, []]);
    await model.finish("seeded");
    await model.settle();
    expect(model.lock("hr")).toContain("outcome: seeded");
  });

  test("at most three times if its runs are lost; then somebody has to act", async () => {
    model.merge("hr", good());
    for (let run = 0; run < 5; run += 1) {
      await model.settle();
      await model.finish("lost");
    }
    const outputs = await model.settle();
    expect(model.runs.map(({ reason }) => reason.replace(/[0-9a-f]{12}/, "…"))).toEqual([
      "approval by grace (#1), generation 1, permit …",
      "approval by grace (#1), generation 1, permit …, run 2",
      "approval by grace (#1), generation 1, permit …, run 3",
    ]);
    expect(outputs.stickyComments[0]?.body).toContain("3 runs ended without a usable result");
    model.runByHand("hr", "ada");
    await model.settle();
    await model.finish("seeded");
    await model.settle();
    expect(model.lock("hr")).toContain("outcome: seeded");
  });

  test("not after it has expired: a DBA has to start a run", async () => {
    model.setSource("    stopped: true");
    model.merge("hr", good());
    await model.settle();
    model.pass(15 * DAY);
    model.setSource("");
    const outputs = await model.settle();
    expect(model.runs).toEqual([]);
    model.runByHand("hr", "grace");
    await model.settle();
    expect(model.permit("hr")).toMatch(/^generation: 2\ncause: retry$/m);
    expect(outputs.stickyComments).toEqual([]);
  });
});

describe("an expired permit whose run still works", () => {
  const permits = () => model.commits.filter((subject) => subject.startsWith("Permit"));

  test("is not replaced, whoever asks: its result counts, and there is one export", async () => {
    model.merge("hr", good());
    await model.settle();
    model.pass(15 * DAY);
    await model.settle();
    const state = await model.state();
    expect(describeDatabase(state, state.databases[0]!, { kind: "keep" }).state).toBe("⏳ exporting");
    model.runByHand("hr", "grace");
    await model.settle();
    expect(model.cancelled.map(({ why }) => why)).toEqual([expect.stringContaining("still works")]);
    await model.finish("seeded");
    await model.settle();
    expect(permits()).toHaveLength(1);
    expect(model.lock("hr")).toMatch(/^generation: 1$/m);
    expect(model.runs).toHaveLength(2);
  });

  test("is not replaced for the person who started that run either", async () => {
    model.merge("hr", good());
    for (let run = 0; run < 3; run += 1) {
      await model.settle();
      await model.finish("lost");
    }
    model.runByHand("hr", "grace");
    await model.settle();
    model.pass(15 * DAY);
    await model.settle();
    expect(permits()).toHaveLength(1);
    await model.finish("seeded");
    await model.settle();
    expect(model.lock("hr")).toMatch(/^generation: 1$/m);
    expect(model.cancelled).toEqual([]);
  });

  test("is replaced once that run is lost", async () => {
    model.merge("hr", good());
    await model.settle();
    model.pass(15 * DAY);
    await model.finish("lost");
    model.runByHand("hr", "grace");
    await model.settle();
    expect(model.permit("hr")).toMatch(/^generation: 2\ncause: retry$/m);
  });
});

describe("a refresh schedule", () => {
  const refreshed = () => ({ ...good(), config: config.replace("    piece_size: 1Gi", refresh) });
  const refresh = '    piece_size: 1Gi\n  refresh: { schedule: "0 3 * * 1", time_zone: Europe/Berlin }';

  test("leads to one new export when it is due, however many dates were missed", async () => {
    model.merge("hr", refreshed());
    await model.settle();
    await model.finish("seeded");
    await model.settle();
    model.pass(12 * 60 * 60_000);
    await model.settle();
    expect(model.runs).toHaveLength(1);
    model.pass(23 * DAY);
    await model.settle();
    expect(model.permit("hr")).toMatch(/^work: export\ngeneration: 2\ncause: refresh$/m);
    expect(model.permit("hr")).toContain('due: "2026-12-14T02:00:00Z"');
    await model.finish("seeded");
    await model.settle();
    await model.settle();
    expect(model.runs).toHaveLength(2);
  });

  test("waits for the first seed", async () => {
    model.merge("hr", refreshed());
    await model.settle();
    await model.finish("failed");
    await model.settle();
    model.pass(8 * DAY);
    await model.settle();
    expect(model.runs).toHaveLength(1);
  });
});

test("the failure of another permit of the same generation is not told as this one's", async () => {
  model.merge("hr", good());
  await model.settle();
  await model.finish("failed");
  await model.settle();
  const path = "environments/hr/seed.lock.yaml";
  const other = model
    .lock("hr")
    .replace(/(last_attempt: .*?approval: )sha256:[0-9a-f]{64}/, `$1sha256:${"0".repeat(64)}`);
  expect(other).not.toBe(model.lock("hr"));
  model.files.set(path, other);
  const body = (await model.settle()).stickyComments[0]?.body;
  expect(body).toContain("the permit has been used up");
});

describe("a new key", () => {
  test("that the settings do not list signs nothing, and the comment says what is missing", async () => {
    model.merge("hr", good());
    const outputs = decideMain(await model.state(), null);
    expect(outputs.commit).toBeNull();
    expect(outputs.stickyComments[0]?.body).toContain("approval.keys");
  });

  test("signs open permits again, but not while a run is in flight", async () => {
    model.merge("hr", good());
    await model.settle();
    model.rotateKey();
    await model.settle();
    expect(model.permit("hr")).toContain("signature: k1 ");
    await model.finish("lost");
    await model.settle();
    expect(model.permit("hr")).toContain("signature: k2 ");
    expect(model.permit("hr")).toMatch(/^generation: 1$/m);
    await model.finish("seeded");
    await model.settle();
    expect(model.lock("hr")).toMatch(/^generation: 1$/m);
  });
});
