import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openGitCheckout } from "../../src/adapters/git/checkout.ts";
import { digestImportInputs, digestSeedInputs } from "../../src/digests/seed.ts";
import { emptyLock, lockAfterSeed } from "../../src/lock/advance-lock.ts";
import { renderLock } from "../../src/lock/render-lock.ts";
import { verifyRepository } from "../../src/use-cases/verify.ts";
import { exampleSeeded, exampleVolume } from "../lock/example-lock.ts";
import { SETTINGS, startRepository, type TestRepository } from "./repository.ts";

let repository: TestRepository;

beforeEach(async () => {
  repository = await startRepository();
});
afterEach(() => repository.remove());

/** A lock that says of itself that nobody had to permit it. */
function lockWithoutPermit(): string {
  const digests = {
    ...exampleSeeded.digests,
    seedInputs: digestSeedInputs(exampleSeeded.seed),
    importInputs: digestImportInputs(exampleSeeded.seed),
  };
  const result = { ...exampleSeeded, digests, generation: 1 };
  const more = {
    approval: null,
    at: "2026-11-22T15:10:00Z",
    repository: "registry.example/dev/hr",
    volume: exampleVolume,
  };
  return renderLock(lockAfterSeed(emptyLock("hr"), { result, ...more }));
}

const KEYS = /approval:\n {2}keys:\n.*\n.*\n {2}expires_days: 14\n/;

it("a commit that takes the keys away does not judge itself by what it left", async () => {
  const settings = repository.git("show", `HEAD:${SETTINGS}`);
  expect(settings).toMatch(KEYS);
  await repository.write(SETTINGS, settings.replace(KEYS, ""));
  await repository.write("environments/hr/seed.lock.yaml", lockWithoutPermit());
  repository.commit();
  await repository.write(SETTINGS, settings);
  repository.commit();
  const { code, out } = await repository.run("verify");
  expect(out).toContain("a run without an approval, but the settings require one");
  expect(code).toBe(1);
});

it("a lock without a permit is right as long as settings never had a key", async () => {
  repository.git("checkout", "-q", "--orphan", "fresh");
  const settings = repository.git("show", `main:${SETTINGS}`);
  await repository.write(SETTINGS, settings.replace(KEYS, ""));
  await repository.write("environments/hr/seed.lock.yaml", lockWithoutPermit());
  repository.commit();
  await repository.write(SETTINGS, settings);
  repository.commit();
  expect(await repository.run("verify")).toMatchObject({ code: 0 });
});

it("a clone of the newest commits only could not be verified", async () => {
  repository.commit();
  const folder = await mkdtemp(join(tmpdir(), "seedbed-shallow-"));
  execFileSync("git", ["clone", "-q", "--depth", "1", `file://${repository.folder}`, folder]);
  const verified = verifyRepository(await openGitCheckout(folder), null);
  await expect(verified).rejects.toMatchObject({
    code: "history-shallow",
    fix: expect.stringContaining("fetch-depth: 0"),
  });
  await rm(folder, { recursive: true });
});

it("a repository without a commit has nothing to verify", async () => {
  repository.git("checkout", "-q", "--orphan", "fresh");
  repository.git("branch", "-q", "-D", "main");
  expect(await repository.run("verify")).toMatchObject({ code: 0, out: expect.stringContaining("nothing to verify") });
});
