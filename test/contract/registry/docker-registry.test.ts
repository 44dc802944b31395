import { execa } from "execa";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectRegistry } from "../../../src/adapters/oci/registry.ts";
import { publishSeedImage } from "../../../src/image/seed-image.ts";
import type { Registry } from "../../../src/ports/registry.ts";
import { CANARY, LOGIN, connect, putFreeBase, startSeedRegistry } from "../../image/fixture.ts";
import { dumpSource } from "../../image/dump-sources.ts";
import { buildFrom, sha256, targetOf } from "../../image/ingredients.ts";
import { needs } from "../../need.ts";
import { pullImage } from "../../world/registry/pull.ts";
import type { WorldRegistry } from "../../world/registry/registry.ts";
import { startDockerRegistry } from "./docker-registry.ts";
import type { DockerRegistry } from "./docker-registry.ts";
import { describeTree, skopeoCopy, unpackDir } from "./skopeo.ts";

const { signal } = new AbortController();

const present = ["docker-registry", "htpasswd", "skopeo"].map(needs).every(Boolean);

describe.skipIf(!present)("a seed image in Debian's docker-registry", () => {
  let real: DockerRegistry;
  let world: WorldRegistry;
  let seeds: Registry;
  let folder: string;
  let baseDigest: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "contract-"));
    real = await startDockerRegistry({ login: LOGIN });
    world = await startSeedRegistry();
    // The base travels from our simulated registry to the real one by skopeo: its Bearer login is checked on the way.
    baseDigest = await putFreeBase(world, "docker");
    const logins = { [world.host]: LOGIN, [real.host]: LOGIN };
    await skopeoCopy(`docker://${world.host}/base/free@${baseDigest}`, `docker://${real.host}/base/free:26ai`, {
      folder,
      logins,
    });
    const options = { host: real.host, credentials: LOGIN, inputs: "registry", insecureHttp: true } as const;
    seeds = connectRegistry(options);
  });
  afterAll(async () => {
    await seeds?.close();
    await world?.close();
    await real?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("is what skopeo pulls, file by file, and what our own puller pulls", async () => {
    await seeds.check("dev/hr", "push", signal);
    const target = await targetOf(seeds, baseDigest);
    const sources = [dumpSource("a_01.dmp", randomBytes(5_000_003)), dumpSource("a_02.dmp", Buffer.alloc(0))];
    const image = await buildFrom(sources, target);
    await publishSeedImage(image, ["tag-1"], { seeds, signal });
    await skopeoCopy(`docker://${real.host}/dev/hr:tag-1`, `dir:${folder}/dir`, {
      folder,
      logins: { [real.host]: LOGIN },
    });
    expect(await readFile(join(folder, "dir/manifest.json")), "skopeo's manifest").toEqual(image.manifest);
    await unpackDir(join(folder, "dir"), join(folder, "by-tar"));
    const pull = { host: real.host, repository: "dev/hr", digest: image.digest, credentials: LOGIN };
    await pullImage(pull, join(folder, "by-us"));
    const tree = await describeTree(join(folder, "by-tar"));
    expect(await describeTree(join(folder, "by-us"))).toEqual(tree);
    const pulled = await readFile(join(folder, "by-tar/opt/seedbed/dump/a_01.dmp"));
    expect(sha256(pulled)).toBe(sha256(sources[0]!.content));
    const sums = await execa("sha256sum", ["-c", "../facts/SHA256SUMS"], {
      cwd: join(folder, "by-tar/opt/seedbed/dump"),
      reject: false,
    });
    expect(sums.stdout).toContain("a_01.dmp: OK");
    expect(sums.stdout).toContain("a_02.dmp: OK");
  });

  it("has the digest that the simulated registry gets", async () => {
    const sources = [dumpSource("a.dmp")];
    const there = await buildFrom(sources, await targetOf(seeds, baseDigest));
    const simulated = connect(world);
    const here = await buildFrom(sources, await targetOf(simulated, baseDigest));
    await simulated.close();
    expect(there.digest).toBe(here.digest);
  });

  it("is mounted, not uploaded, where the repository is new", async () => {
    const blob = (await targetOf(seeds, baseDigest)).base.layers[0]!;
    expect(await seeds.hasBlob("dev/fresh", blob, signal)).toBe(false);
    expect(await seeds.mount("dev/fresh", { ...blob, from: "base/free" }, signal)).toBe(true);
    expect(await seeds.mount("dev/fresh", { ...blob, from: "base/none" }, signal)).toBe(false);
  });

  it("explains the real registry's refusal of a wrong password", async () => {
    const wrong = connectRegistry({
      host: real.host,
      inputs: "registry",
      insecureHttp: true,
      credentials: { ...LOGIN, password: `wrong-${CANARY}` },
    });
    const error = await wrong
      .check("dev/hr", "push", signal)
      .catch((thrown: unknown) => thrown as Error & { fix: string });
    expect(error).toMatchObject({ code: "registry-login-refused", fix: expect.stringContaining("registry_password") });
    expect((error as Error).message).toContain("HTTP 401 Unauthorized: UNAUTHORIZED: authentication required");
    await wrong.close();
  });
});
