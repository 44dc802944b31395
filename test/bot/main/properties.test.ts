import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { verifyHistory } from "../../../src/permit/verify-history.ts";
import { compareFiles, renderDatabase } from "../../../src/use-cases/render.ts";
import { decideMain } from "../../../bot/decide/main/decide-main.ts";
import { exampleRequest } from "./main-world.ts";
import { Model } from "./model.ts";

type Event = (model: Model) => Promise<void> | void;

const [example = "", mask = ""] = Object.values(await exampleRequest()).map(String);
const configs = [
  example,
  example.replace("size: 20Gi", "size: 30Gi"),
  example.replace("- name: OE", "- name: OE\n      tables: [{ name: ORDERS }]"),
  example.replace("    piece_size: 1Gi", '    piece_size: 1Gi\n  refresh: { schedule: "0 3 * * *", time_zone: UTC }'),
];
const database = fc.constantFrom("hr", "crm");

const events: fc.Arbitrary<[string, Event]> = fc.oneof(
  fc
    .tuple(database, fc.nat(configs.length - 1), fc.boolean(), fc.boolean())
    .map(([name, config, other, reviewed]): [string, Event] => [
      `merge ${name} ${config} ${other} ${reviewed}`,
      (model) => model.merge(name, { config: configs[config]!, mask: other ? `${mask}-- x\n` : mask, reviewed }),
    ]),
  fc
    .constantFrom("seeded" as const, "failed" as const, "lost" as const)
    .map((outcome): [string, Event] => [`finish ${outcome}`, (model) => model.finish(outcome)]),
  fc
    .tuple(database, fc.constantFrom("ada" as const, "grace" as const, "eve" as const))
    .map(([name, login]): [string, Event] => [`run by hand ${name} ${login}`, (model) => model.runByHand(name, login)]),
  fc
    .constantFrom(60_000, 3_600_000, 86_400_000, 20 * 86_400_000)
    .map((time): [string, Event] => [`pass ${time}`, (model) => model.pass(time)]),
  fc.constantFrom("6", "7").map((digit): [string, Event] => [`base ${digit}`, (model) => model.moveBase(digit)]),
  fc
    .constantFrom("", "    stopped: true", "    at_once: 2")
    .map((lines): [string, Event] => [`source ${lines.trim()}`, (model) => model.setSource(lines)]),
  fc
    .constantFrom("c-m-1:p-1", "c-m-9:p-9")
    .map((id): [string, Event] => [`project ${id}`, (model) => model.moveProject(id)]),
  database.map((name): [string, Event] => [`edit ${name}`, (model) => model.editManifests(name)]),
  fc.constant<[string, Event]>(["rotate", (model) => model.rotateKey()]),
);

function generations(model: Model, name: string): number[] {
  return [model.permit(name), model.lock(name)].map((text) => Number(/^generation: (\d+)$/m.exec(text)?.[1] ?? 0));
}

/** Once nothing is left to do, the manifests of every permitted request are what is rendered from it. */
async function expectRendered(model: Model): Promise<void> {
  const state = await model.state();
  for (const { database: name, request, files, lock, verdict } of state.databases) {
    if (request === null || !verdict.covers) continue;
    const wanted = renderDatabase({ database: name, request, files, lock, settings: state.settings });
    const top = `environments/${name}/manifests/`;
    const there = [...model.files].filter(([path]) => path.startsWith(top)).map(([path, text]) => ({ path, text }));
    expect(compareFiles(there, wanted)).toEqual({ write: [], remove: [] });
  }
}

describe("whatever happens to main, in whatever order", () => {
  test("the bot settles, writes nothing twice, and the history verifies", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(events, { minLength: 1, maxLength: 14 }), async (script) => {
        const model = new Model();
        let highest = 0;
        for (const [, event] of script) {
          await event(model);
          await model.settle();
          const again = decideMain(await model.state(), model.key());
          expect(again).toMatchObject({ commit: null, dispatches: [], cancellations: [] });
          await expectRendered(model);
          const [, lock = 0] = generations(model, "hr");
          expect(lock).toBeGreaterThanOrEqual(highest);
          highest = Math.max(highest, lock);
          const running = model.runs.filter(({ facts }) => facts.status !== "completed");
          const ours = running.filter(({ facts }) => facts.triggeringActor?.login === "seedbed[bot]");
          const busy = ours.map((run) => run.database);
          expect(new Set(busy).size).toBe(busy.length);
        }
        for (const name of ["hr", "crm"]) {
          const commits = model.locks.filter(({ lock }) => lock.ok && lock.value.database === name);
          expect(verifyHistory({ database: name, commits, repositoryId: "812345678" })).toEqual([]);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("order and duplicates in GitHub's lists do not matter", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(events, { minLength: 1, maxLength: 8 }), fc.nat(), async (script, seed) => {
        const model = new Model();
        for (const [, event] of script.slice(0, -1)) {
          await event(model);
          await model.settle();
        }
        await script.at(-1)![1](model);
        const state = await model.state();
        const turn = <T>(list: readonly T[]): T[] =>
          list
            .map((item, index) => ({ item, at: ((index + 1) * (seed + 7919)) % 101 }))
            .toSorted((a, b) => a.at - b.at)
            .map(({ item }) => item);
        const straight = decideMain(state, model.key());
        const turned = decideMain({ ...state, runs: turn([...state.runs, ...state.runs]) }, model.key());
        expect(turned).toEqual(straight);
        expect(decideMain({ ...state, databases: turn(state.databases) }, model.key())).toEqual(straight);
      }),
      { numRuns: 60 },
    );
  });
});
