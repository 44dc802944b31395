import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import pLimit from "p-limit";
import { renderYaml } from "../../../src/document/render-yaml.ts";
import { PROFILES } from "../../../src/profiles/profiles.ts";
import { seedsOfRun } from "../../random.ts";
import { missingForControlPlane } from "../assets.ts";
import type { ControlPlane } from "../control-plane.ts";
import { startPlaneWithKinds } from "./plane-with-kinds.ts";
import { randomConfigurations } from "./random-request.ts";
import { bothTrees, demoTrees, exampleTrees, goldenTrees, objectsOf, type Tree, type Written } from "./trees.ts";

describe.skipIf(missingForControlPlane() !== null)("a real API server, asked strictly,", () => {
  let plane: ControlPlane;
  const atOnce = pLimit(8);
  beforeAll(async () => {
    plane = await startPlaneWithKinds();
  });
  afterAll(() => plane?.close());

  /** What it says against the very bytes of each object: refusals and warnings. */
  async function complaintsAbout(tree: Tree): Promise<string[]> {
    const [space, ...others] = objectsOf(tree) as [Written, ...Written[]];
    const said = await complaints(tree, space);
    if (said.length > 0) return said;
    // What is in a namespace that is not there would be refused for that.
    if (space.object.kind === "Namespace") await plane.client.apply(space.object);
    return [...said, ...(await Promise.all(others.map((one) => complaints(tree, one)))).flat()];
  }

  async function complaints({ name }: Tree, { object, text }: Written): Promise<string[]> {
    const what = `${name}: ${object.kind} ${object.metadata.name}`;
    const { status, message, warnings } = await atOnce(() => plane.client.createText(text, object, { dryRun: true }));
    // The second tree of a database meets the namespace of the first.
    const isThere = object.kind === "Namespace" && status === 409;
    const refused = status === 201 || isThere ? [] : [`${what}: ${status} ${message}`];
    return [...refused, ...warnings.map((warning) => `${what}: warning ${warning}`)];
  }

  test.each([...goldenTrees(), ...exampleTrees(), ...demoTrees()])("takes $name without a word", async (tree) => {
    expect(objectsOf(tree).length).toBeGreaterThan(10);
    expect(await complaintsAbout(tree)).toEqual([]);
  });

  test("reads every text as it was meant, however much it looks like a number", async () => {
    const unit = fc.constantFrom("0", "1", "7", "_", ".", "-", "+", "e", "E", "x", "X", "b", "B", "o", "O", "f", ":");
    const texts = fc.array(fc.string({ unit, minLength: 1, maxLength: 7 }), { minLength: 100, maxLength: 100 });
    await fc.assert(
      fc.asyncProperty(texts, async (values) => {
        const data = Object.fromEntries(values.map((text, at) => [`k${at}`, text]));
        const config = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "texts", namespace: "default" }, data };
        const { object, message } = await plane.client.createText(renderYaml(config), config, { dryRun: true });
        expect({ message, data: object["data"] }).toEqual({ message: "", data });
      }),
      { numRuns: 50 },
    );
  });

  test.each(seedsOfRun(1))("takes 200 random configurations without a word, SEEDBED_SEED=%i", async (seed) => {
    const configurations = randomConfigurations(seed, 200);
    const profiles = new Set(
      configurations.map(({ settings }) => Object.keys(PROFILES).filter((one) => settings.includes(one))).flat(),
    );
    expect(profiles.size).toBe(Object.keys(PROFILES).length);
    const said = await Promise.all(
      configurations.map(async (one) => {
        const [waiting, seeded] = bothTrees(one) as [Tree, Tree];
        return [...(await complaintsAbout(waiting)), ...(await complaintsAbout(seeded))];
      }),
    );
    expect(said.flat()).toEqual([]);
  });
});
