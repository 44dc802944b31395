import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { renderFacts } from "../../src/image/facts.ts";
import { readBase } from "../../src/image/base-image.ts";
import { rebuildImage } from "../../src/image/rebuild-image.ts";
import { buildSeedImage, publishSeedImage } from "../../src/image/seed-image.ts";
import { readSeedImage } from "../../src/image/stored-image.ts";
import type { Registry } from "../../src/ports/registry.ts";
import { pullImage } from "../world/registry/pull.ts";
import { putBase, putIndex } from "../world/registry/put-base.ts";
import type { WorldRegistry } from "../world/registry/registry.ts";
import { BASE_RUN_CONFIG, LOGIN, baseLayer, connect, putFreeBase, startSeedRegistry } from "./fixture.ts";
import { dumpSource } from "./dump-sources.ts";
import { ROWS, RUNTIME, buildFrom, dumpSetOf, sha256, targetOf } from "./ingredients.ts";

const { signal } = new AbortController();

describe("a seed image", () => {
  let world: WorldRegistry;
  let seeds: Registry;
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "seed-image-"));
    world = await startSeedRegistry();
    seeds = connect(world);
  });
  afterEach(async () => {
    await seeds.close();
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("has the base's files, the runtime, every dump file and the facts when an independent client unpacks it", async () => {
    const target = await targetOf(seeds, await putFreeBase(world));
    const sources = [dumpSource("a_01.dmp"), dumpSource("a_02.dmp")];
    const image = await buildFrom(sources, target);
    await publishSeedImage(image, ["tag-1"], { seeds, signal });
    const pulled = await pullImage(
      { host: world.host, repository: "dev/hr", digest: image.digest, credentials: LOGIN },
      folder,
    );
    const own = pulled.layers.map((layer) => layer.annotations?.["dev.seedbed.layer"]);
    expect(own).toEqual([undefined, undefined, "runtime", "dump/a_01.dmp", "dump/a_02.dmp", "facts"]);
    expect(pulled.checked.toSorted()).toEqual(["a_01.dmp", "a_02.dmp", "dumpset.json", "rows.tsv"]);
    const unpacked = await readFile(join(folder, "opt/seedbed/dump/a_02.dmp"));
    expect(sha256(unpacked)).toBe(sha256(sources[1]!.content));
    expect(await readFile(join(folder, "etc/base-release"), "utf8")).toBe("base\n");
    expect((await stat(join(folder, "opt"))).mode & 0o777, "the base's own mode of /opt").toBe(0o711);
    expect((await stat(join(folder, "opt/seedbed/dump"))).mode & 0o777).toBe(0o755);
    expect((await stat(join(folder, "opt/seedbed/entrypoint.sh"))).mode & 0o777).toBe(0o755);
    expect(world.store.tags("dev/hr")).toEqual(["tag-1"]);
  });

  it("starts our entrypoint, keeps what the base says and remembers the base's command", async () => {
    const digest = await putFreeBase(world);
    const target = await targetOf(seeds, digest);
    const image = await buildFrom([dumpSource("a.dmp")], target);
    await publishSeedImage(image, [], { seeds, signal });
    const { config } = await pullImage(
      { host: world.host, repository: "dev/hr", digest: image.digest, credentials: LOGIN },
      folder,
    );
    expect(config.config).toMatchObject({ ...BASE_RUN_CONFIG, Entrypoint: ["/opt/seedbed/entrypoint.sh"] });
    expect(JSON.parse(config.config!.Labels!["dev.seedbed.base-command"]!)).toEqual(BASE_RUN_CONFIG.Cmd);
    const file = await readFile(join(folder, "opt/seedbed/default/base-command"), "utf8");
    expect(file.split("\n").slice(0, -1)).toEqual(BASE_RUN_CONFIG.Cmd);
  });

  it("has the same digest when it is built again, also in another registry with a Bearer or a Basic login", async () => {
    const sources = [dumpSource("a.dmp"), dumpSource("b.dmp")];
    const first = await buildFrom(sources, await targetOf(seeds, await putFreeBase(world)));
    const again = await buildFrom(sources, await targetOf(seeds, await putFreeBase(world)));
    const other = await startSeedRegistry({ auth: "basic", folder });
    const elsewhere = connect(other);
    const third = await buildFrom(sources, await targetOf(elsewhere, await putFreeBase(other), "dev/other"));
    await elsewhere.close();
    await other.close();
    expect([again.digest, third.digest]).toEqual([first.digest, first.digest]);
  });

  it("changes its digest with the dump set, the runtime and the base", async () => {
    const base = await putFreeBase(world);
    const source = dumpSource("a.dmp");
    const digests = [(await buildFrom([source], await targetOf(seeds, base))).digest];
    digests.push((await buildFrom([dumpSource("a.dmp", randomBytes(10))], await targetOf(seeds, base))).digest);
    const layers = [await baseLayer("etc/other", "x")];
    const otherBase = await putBase(world.store, { repository: "base/free", layers, config: BASE_RUN_CONFIG });
    digests.push((await buildFrom([source], await targetOf(seeds, otherBase))).digest);
    expect(new Set(digests).size).toBe(3);
  });

  it("mounts the base's layers within a registry and uploads none of their bytes", async () => {
    await buildFrom([dumpSource("a.dmp")], await targetOf(seeds, await putFreeBase(world)));
    expect(world.counters.blobs_mounted).toBe(2);
    expect(world.counters.blobs_put, "runtime, dump, facts, config").toBe(4);
    await buildFrom([dumpSource("a.dmp")], await targetOf(seeds, await putFreeBase(world)));
    expect(world.counters.blobs_mounted, "they are there now").toBe(2);
  });

  it("streams the base's layers across from another registry, over broken connections", async () => {
    const far = await startSeedRegistry({ redirectBlobs: true });
    const bases = connect(far, { inputs: "base" });
    const digest = await putFreeBase(far);
    far.faults.downloadCuts = { afterBytes: 60, times: 3 };
    const base = await readBase(bases, { repository: "base/free", reference: digest, platform: "linux/amd64" }, signal);
    const image = await buildFrom([dumpSource("a.dmp")], {
      ...(await targetOf(seeds, await putFreeBase(world))),
      bases,
      base,
    });
    await publishSeedImage(image, [], { seeds, signal });
    expect(world.counters.manifests).toEqual([`dev/hr@${image.digest}`]);
    expect(far.faults.downloadCuts.times, "connections that broke").toBe(0);
    expect(far.leakedLogins, "the login stays with the registry").toEqual([]);
    await bases.close();
    await far.close();
  });

  it("takes a Docker schema 2 base out of an index, for the asked platform only", async () => {
    const amd = await putFreeBase(world, "docker");
    const config = { ...BASE_RUN_CONFIG, User: "arm" };
    const arm = await putBase(world.store, {
      repository: "base/free",
      layers: [await baseLayer()],
      config,
      format: "docker",
      architecture: "arm64",
    });
    const index = await putIndex(world.store, { repository: "base/free", format: "docker" }, [
      { digest: arm, platform: { os: "linux", architecture: "arm64", variant: "v8" } },
      { digest: amd, platform: { os: "linux", architecture: "amd64" } },
    ]);
    const target = await targetOf(seeds, index);
    expect(target.base).toMatchObject({ digest: index, config: { architecture: "amd64" } });
    const image = await buildFrom([dumpSource("a.dmp")], target);
    await publishSeedImage(image, [], { seeds, signal });
    const { layers } = await pullImage(
      { host: world.host, repository: "dev/hr", digest: image.digest, credentials: LOGIN },
      folder,
    );
    expect(layers[0]!.mediaType).toBe("application/vnd.oci.image.layer.v1.tar+gzip");
    const missing = readBase(seeds, { repository: "base/free", reference: index, platform: "linux/s390x" }, signal);
    await expect(missing).rejects.toThrow("has no image for linux/s390x, only for: linux/arm64/v8, linux/amd64");
  });

  it("can be rebuilt on its dump layers with a new runtime, without a byte of the dump", async () => {
    const target = await targetOf(seeds, await putFreeBase(world));
    const sources = [dumpSource("a.dmp"), dumpSource("b.dmp")];
    const image = await buildFrom(sources, target);
    await publishSeedImage(image, ["permit-1"], { seeds, signal });
    const before = { ...world.counters };
    const dumpSet = renderFacts(dumpSetOf(sources), ROWS).digest;
    const runtime = [...RUNTIME, { path: "lib/new.sh", text: "new\n", mode: 0o644 }];
    const order = { repository: "dev/hr", digest: image.digest, dumpSet };
    const rebuilt = await rebuildImage(order, { runtime, defaults: [] }, target);
    expect(rebuilt.image.digest).not.toBe(image.digest);
    expect(world.counters.bytes_in - before.bytes_in).toBeLessThan(40_000);
    await publishSeedImage(rebuilt.image, [], { seeds, signal });
    const { checked } = await pullImage(
      { host: world.host, repository: "dev/hr", digest: rebuilt.image.digest, credentials: LOGIN },
      folder,
    );
    expect(checked).toContain("b.dmp");
    expect(await readFile(join(folder, "opt/seedbed/lib/new.sh"), "utf8")).toBe("new\n");
    const wrong = { ...order, dumpSet: `sha256:${"0".repeat(64)}` as const };
    await expect(rebuildImage(wrong, { runtime, defaults: [] }, target)).rejects.toThrow("the lock has sha256:000");
  });

  it("is found again by its tag with everything that a seed result says about it", async () => {
    const sources = [dumpSource("a.dmp")];
    const image = await buildFrom(sources, await targetOf(seeds, await putFreeBase(world)));
    expect(await readSeedImage(seeds, { repository: "dev/hr", reference: "permit-1" }, signal)).toBeNull();
    await publishSeedImage(image, ["permit-1"], { seeds, signal });
    const found = await readSeedImage(seeds, { repository: "dev/hr", reference: "permit-1" }, signal);
    expect(found).toMatchObject({ digest: image.digest, base: image.base, dumpSet: dumpSetOf(sources) });
    expect(found!.facts).toEqual(renderFacts(dumpSetOf(sources), ROWS));
  });

  it.each(["rows.tsv", "dumpset.json"])("is not taken for one when its %s does not match SHA256SUMS", async (path) => {
    const target = await targetOf(seeds, await putFreeBase(world));
    const facts = renderFacts(dumpSetOf([]), ROWS);
    const files = facts.files.map((file) => (file.path === path ? { ...file, text: `${file.text}\n` } : file));
    const contents = { runtime: RUNTIME, dumpLayers: [], facts: { ...facts, files }, defaults: [] };
    await publishSeedImage(await buildSeedImage(contents, target), ["bad"], { seeds, signal });
    await expect(readSeedImage(seeds, { repository: "dev/hr", reference: "bad" }, signal)).rejects.toMatchObject({
      code: "seed-image-damaged",
    });
  });

  it.each([
    ["no JSON", "{"],
    ["nothing", "null"],
    ["a later version", JSON.stringify({ ...dumpSetOf([]), version: 2 })],
    ["files without a name", JSON.stringify({ ...dumpSetOf([]), files: [{}] })],
  ])("is not taken for one when its dumpset.json has %s", async (_name, text) => {
    const target = await targetOf(seeds, await putFreeBase(world));
    const [rows] = renderFacts(dumpSetOf([]), ROWS).files;
    const sums = [text, rows!.text]
      .map((each, at) => `${sha256(each)}  ${["dumpset.json", "rows.tsv"][at]!}\n`)
      .join("");
    const files = [rows!, { path: "dumpset.json", text }, { path: "SHA256SUMS", text: sums }];
    const facts = { files, digest: `sha256:${sha256(sums)}` as const };
    const contents = { runtime: RUNTIME, dumpLayers: [], facts, defaults: [] };
    await publishSeedImage(await buildSeedImage(contents, target), ["bad"], { seeds, signal });
    const reading = readSeedImage(seeds, { repository: "dev/hr", reference: "bad" }, signal);
    await expect(reading).rejects.toMatchObject({ code: "seed-image-damaged" });
    await expect(reading).rejects.toThrow("dumpset.json cannot be read: ");
  });

  it("is refused before it is published when it would have more layers than engines mount", async () => {
    const layers = await Promise.all(Array.from({ length: 125 }, (_, index) => baseLayer(`f${index}`)));
    const base = await putBase(world.store, { repository: "base/free", layers, config: BASE_RUN_CONFIG });
    const building = targetOf(seeds, base).then((target) => buildFrom([dumpSource("a.dmp")], target));
    await expect(building).rejects.toMatchObject({
      code: "image-too-many-layers",
      fix: expect.stringContaining("piece_size"),
    });
    expect(world.counters.manifests).toEqual([]);
  });

  it("is refused for a base whose volume would hide the dump", async () => {
    const config = { ...BASE_RUN_CONFIG, Volumes: { "/opt": {} } };
    const base = await putBase(world.store, { repository: "base/free", layers: [await baseLayer()], config });
    await expect(targetOf(seeds, base)).rejects.toThrow("declares the volume /opt");
  });

  it("is built by a process that may not write a single file", async () => {
    const base = await putFreeBase(world);
    const flags = ["--permission", "--allow-fs-read=*"];
    const args = [...flags, join(import.meta.dirname, "build-once.ts"), world.host, base];
    const { stdout } = await execa(process.execPath, args);
    expect(world.counters.manifests).toEqual([`dev/hr@${stdout}`]);
  });
});
