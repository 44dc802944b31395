import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execaSync } from "execa";
import { afterAll, describe, expect, test } from "vitest";

const BUILD = join(import.meta.dirname, "programs/build.sh");

describe("the build of the cluster's programs", () => {
  const folder = mkdtempSync(join(tmpdir(), "seedbed-build-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const build = (env: Record<string, string>): { exitCode?: number; stdout: string; stderr: string } =>
    execaSync(BUILD, { env: { HOME: folder, PATH: "/usr/bin:/bin", ...env }, extendEnv: false, reject: false });

  test("takes a folder that has them already", () => {
    mkdirSync(join(folder, "given/bin"), { recursive: true });
    writeFileSync(join(folder, "given/bin/kube-apiserver"), "");
    chmodSync(join(folder, "given/bin/kube-apiserver"), 0o755);
    const given = join(folder, "given");
    expect(build({ SEEDBED_CLUSTER_ASSETS: given })).toMatchObject({ exitCode: 0, stdout: given, stderr: "" });
  });

  test("says what is missing in a folder that has them not", () => {
    const { exitCode, stderr } = build({ SEEDBED_CLUSTER_ASSETS: folder });
    expect([exitCode, stderr]).toEqual([
      1,
      `cluster programs: SEEDBED_CLUSTER_ASSETS names ${folder}, which has no bin/kube-apiserver`,
    ]);
  });

  test("asks for Go where there is none", () => {
    const few = join(folder, "few");
    mkdirSync(few);
    for (const name of ["bash", "dirname"]) symlinkSync(join("/usr/bin", name), join(few, name));
    const { exitCode, stdout, stderr } = build({ PATH: few });
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(
      /^cluster programs: there is no Go on this machine: install Go 1\.\d+ or newer, or give a folder with the programs in SEEDBED_CLUSTER_ASSETS$/,
    );
  });

  test("says what Go said, and leaves nothing half", () => {
    const tools = join(folder, "tools");
    mkdirSync(tools);
    // Knows its version, and builds nothing.
    const go = '#!/bin/sh\n[ "$1" = env ] && { echo go1.26.0; exit 0; }\necho "no route to anywhere" >&2\nexit 1\n';
    writeFileSync(join(tools, "go"), go, { mode: 0o755 });
    const { exitCode, stdout, stderr } = build({ PATH: `${tools}:/usr/bin:/bin` });
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(
      /no route to anywhere\ncluster programs: etcd cannot be built: what go says about it stands above/,
    );
    expect(build({ PATH: `${tools}:/usr/bin:/bin` }).stderr).toContain("builds etcd");
  });
});
