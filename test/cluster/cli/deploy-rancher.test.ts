import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openRancher } from "../../../src/adapters/kubernetes/rancher.ts";
import { missingForControlPlane } from "../assets.ts";
import type { ControlPlane } from "../control-plane.ts";
import { startPlaneWithKinds } from "../manifests/plane-with-kinds.ts";
import { startClusterRepository, type ClusterRepository } from "./command-line.ts";
import { NAMESPACE, seedRepository } from "./live-database.ts";
import { startRancher, type StandInRancher } from "./rancher.ts";

describe.skipIf(missingForControlPlane() !== null)("seedbed deploy --via rancher", () => {
  let plane: ControlPlane;
  let rancher: StandInRancher;
  let repository: ClusterRepository;
  const environment: Record<string, string> = {};
  beforeAll(async () => {
    plane = await startPlaneWithKinds();
    rancher = await startRancher(plane);
    const { signal } = new AbortController();
    repository = await startClusterRepository(plane, {
      environment,
      readFile: async (path) => readFileSync(path, "utf8"),
      openRancher: (login) => openRancher(login, { environment, signal }),
    });
    await seedRepository(repository);
  });
  afterAll(async () => {
    await repository?.remove();
    await rancher?.close();
    await plane?.close();
  });
  beforeEach(() => {
    environment["SEEDBED_RANCHER_TOKEN"] = rancher.token;
    rancher.asked = [];
    rancher.clusters = [{ id: "c-m-1", name: "rke-dev" }];
    rancher.projects = [
      { id: "c-m-1:p-1", name: "dev-databases", clusterId: "c-m-1" },
      { id: "c-m-2:p-1", name: "dev-databases", clusterId: "c-m-2" },
    ];
  });

  const deploy = (...args: string[]) =>
    repository.run(
      "deploy",
      "hr",
      "--via",
      "rancher",
      "--no-wait",
      "--url",
      rancher.url,
      "--ca-file",
      caFile(),
      ...args,
    );
  const caFile = () => join(plane.folder, "pki/apiserver.crt");

  test("finds cluster and project by name, and places the namespace through Rancher's proxy", async () => {
    const { code, out, err } = await deploy();
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/\(context rke-dev\), by server-side apply:/);
    expect(rancher.asked.slice(0, 2)).toEqual(["GET /v3/clusters?name=rke-dev", "GET /v3/projects?clusterId=c-m-1"]);
    expect(rancher.asked.slice(2).every((line) => / \/k8s\/clusters\/c-m-1\//.test(line))).toBe(true);
    const { object } = await plane.client.get({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } });
    expect(object.metadata.annotations).toMatchObject({ "field.cattle.io/projectId": "c-m-1:p-1" });
    for (const text of [out, rancher.asked.join()]) expect(text).not.toContain(rancher.token);
  });

  test("two projects of one name are ambiguous, and a missing one is told with the near ones", async () => {
    rancher.projects.push({ id: "c-m-1:p-2", name: "dev-databases", clusterId: "c-m-1" });
    expect((await deploy()).err).toMatch(/error\[rancher-project-ambiguous\].*c-m-1:p-1, c-m-1:p-2/);
    rancher.projects = [{ id: "c-m-1:p-9", name: "dev-database", clusterId: "c-m-1" }];
    expect((await deploy()).err).toMatch(/error\[rancher-project-unknown\].*\n.*did you mean "dev-database"/);
  });

  test("a project of another id than the settings' is refused, because Fleet would set it back", async () => {
    rancher.projects[0]!.id = "c-m-1:p-7";
    expect((await deploy()).err).toMatch(
      /error\[project-differs\].*c-m-1:p-7 in Rancher, and the manifests have c-m-1:p-1/,
    );
  });

  test("a cluster that the token does not see, or of which there are two", async () => {
    rancher.clusters = [];
    expect((await deploy()).err).toContain("error[rancher-cluster-unknown]");
    rancher.clusters = ["c-m-1", "c-m-3"].map((id) => ({ id, name: "rke-dev" }));
    expect((await deploy()).err).toMatch(/error\[rancher-cluster-ambiguous\].*c-m-1, c-m-3/);
  });

  test("a token that is missing or refused, an address that is none, an authority that is not known", async () => {
    environment["SEEDBED_RANCHER_TOKEN"] = "token-abc12:revoked";
    const refused = await deploy();
    expect(refused.err).toContain("error[rancher-unauthorized]");
    expect(refused.err).not.toContain("token-abc12");
    environment["SEEDBED_RANCHER_TOKEN"] = "";
    expect((await deploy()).err).toContain("error[rancher-token-missing]");
    environment["SEEDBED_RANCHER_TOKEN"] = rancher.token;
    const run = (...args: string[]) => repository.run("deploy", "hr", "--via", "rancher", ...args);
    expect((await run()).err).toContain("error[rancher-url-missing]");
    expect((await run("--url", "http://rancher.example")).err).toContain("error[rancher-url-invalid]");
    expect((await run("--url", rancher.url)).err).toMatch(/error\[rancher-unreachable\].*certificate/);
    expect((await run("--url", rancher.url, "--ca-file", "/none")).err).toContain("error[ca-file-unreadable]");
  });
});
