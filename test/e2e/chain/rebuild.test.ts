import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Lock } from "../../../src/lock/lock.ts";
import { Chain } from "./chain.ts";

const REQUEST = "environments/hr/database_config.yaml";

let chain: Chain;
beforeAll(async () => {
  chain = await Chain.open();
});
afterAll(() => chain.close());

async function seed(message: string): Promise<Lock> {
  const ran = await chain.seedbed(["seed", "hr"]);
  expect(ran.code, ran.stderr).toBe(0);
  await chain.commit(message);
  return await chain.lock();
}

async function layersOf({ image }: Lock): Promise<string[]> {
  const manifest = chain.world.registry.store.manifest("dev/hr", image!.digest)!;
  const { layers } = JSON.parse(manifest.bytes.toString("utf8")) as { layers: { digest: string }[] };
  return layers.map(({ digest }) => digest);
}

describe("building from one dump set", () => {
  it("gives the same image digest for the same inputs, another one for others, and asks the source for nothing", async () => {
    const first = await seed("Seed hr");
    const { ssh, exports, logons } = await chain.world.counts();
    await chain.edit(REQUEST, "  base: free-26ai\n", "  base: free-26ai\n  import: { exclude: [STATISTICS] }\n");
    await chain.commit("Import without statistics");
    const other = await seed("Another image");
    await chain.edit(REQUEST, "  import: { exclude: [STATISTICS] }\n", "");
    await chain.commit("With statistics again");
    const again = await seed("The first image again");
    expect(other.image!.digest).not.toBe(first.image!.digest);
    expect(again.image!.digest).toBe(first.image!.digest);
    expect([other.dump_set, again.dump_set]).toEqual([first.dump_set, first.dump_set]);
    expect([first, other, again].map(({ generation }) => generation)).toEqual([1, 2, 3]);
    const layers = await Promise.all([first, other, again].map(layersOf));
    expect(layers[1]!.slice(0, 4), "base, runtime and both dump files").toEqual(layers[0]!.slice(0, 4));
    expect(layers[2]).toEqual(layers[0]);
    const after = await chain.world.counts();
    expect([after.ssh, after.exports, after.logons]).toEqual([ssh, exports, logons]);
    expect(after.registry.manifests.slice(1), "two images in three seeds").toEqual(
      [first, other].map(({ image }) => `dev/hr@${image!.digest}`),
    );
  });

  it("is not done when a new export is asked for: the same rows, but another dump set and image", async () => {
    const before = await chain.lock();
    const ran = await chain.seedbed(["seed", "hr", "--export", "--json"]);
    expect(ran.code, ran.stderr).toBe(0);
    const { lock } = JSON.parse(ran.stdout) as { lock: Lock };
    expect(lock.dump_set!.rows).toBe(before.dump_set!.rows);
    expect(lock.dump_set!.digest).not.toBe(before.dump_set!.digest);
    expect(lock.image!.digest).not.toBe(before.image!.digest);
    expect(lock.digests).toEqual(before.digests);
  });
});
