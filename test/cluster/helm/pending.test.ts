import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openCluster } from "../../../src/adapters/kubernetes/open-cluster.ts";
import { systemClock } from "../../../src/adapters/process/clock.ts";
import { KINDS } from "../../../src/cluster/kinds.ts";
import { REQUEST } from "../../cli/repository.ts";
import { writeKubeconfig } from "../adapter/kubeconfigs.ts";
import { missingForControlPlane } from "../assets.ts";
import { startClusterRepository, type ClusterRepository } from "../cli/command-line.ts";
import { put, seedRepository } from "../cli/live-database.ts";
import type { ClusterObject } from "../cluster-object.ts";
import type { ControlPlane } from "../control-plane.ts";
import { startPlaneWithKinds } from "../manifests/plane-with-kinds.ts";
import type { Tree } from "../manifests/trees.ts";
import { Helm } from "./helm.ts";

/** Records of a real Helm that was killed in the middle, as the command line reads them. */
describe.skipIf(missingForControlPlane() !== null)("a Helm release that is stuck in pending", () => {
  let plane: ControlPlane;
  let repository: ClusterRepository;
  let helm: Helm;
  /** Milliseconds that the command line's clock is ahead: nobody waits for minutes here. */
  let later = 0;
  beforeAll(async () => {
    plane = await startPlaneWithKinds();
    repository = await startClusterRepository(plane, { clock: { ...systemClock, now: () => Date.now() + later } });
    await seedRepository(repository);
    helm = new Helm(plane);
  });
  afterAll(async () => {
    await repository?.remove();
    await plane?.close();
  });

  const secret = (revision: number): ClusterObject => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: `sh.helm.release.v1.seedbed-hr.v${revision}`, namespace: "seedbed-system" },
  });
  const statusOf = async (revision: number) =>
    (await plane.client.get(secret(revision))).object.metadata.labels?.["status"];
  const isPending = (revision: number) => async () => (await statusOf(revision))?.startsWith("pending-") === true;
  /** The manifests as they are committed. */
  const tree = (): Tree => ({
    name: "hr",
    files: globSync("environments/hr/manifests/*.yaml", { cwd: repository.folder })
      .toSorted()
      .map((path) => ({ path, text: readFileSync(join(repository.folder, path), "utf8") })),
  });
  const status = async (...args: string[]) => {
    const { out, err } = await repository.run("status", "hr", "--json", "--no-fleet", "--no-exec", ...args);
    if (err !== "") throw new Error(err);
    return (JSON.parse(out) as { databases: { code: string; fix: string; what: string }[] }).databases[0]!;
  };
  /** Carries out what the command line says, with the test's own client: the machine may have no kubectl. */
  const remove = async ({ fix }: { fix: string }) => {
    const [, name = ""] = /kubectl --context test -n seedbed-system delete secret (\S+)$/.exec(fix) ?? [];
    expect((await plane.client.delete({ ...secret(0), metadata: { name, namespace: "seedbed-system" } })).status).toBe(
      200,
    );
  };

  test("an install that is killed: young it is work, afterwards it is told with its age and the command that mends it", async () => {
    await helm.interrupt(tree(), "install", isPending(1));
    expect(await statusOf(1)).toBe("pending-install");
    expect((await status()).code).not.toBe("release-pending");
    later = 14.5 * 60_000;
    const found = await status();
    expect(found).toMatchObject({
      health: "broken",
      code: "release-pending",
      what: expect.stringMatching(/release seedbed-hr is pending-install \(revision 1\) since 20\S+Z \(14 min\)/),
      release: { state: "read", value: { status: "pending-install", revision: 1 } },
    });
    // So it is for Fleet's agent as well.
    const again = await helm.upgrade(tree());
    expect(again).toMatchObject({ code: 1, said: expect.stringContaining("is in progress") });
  });

  test("deploy refuses it, and changes nothing", async () => {
    later = 0;
    const young = await repository.run("deploy", "hr", "--no-wait");
    expect(young).toMatchObject({
      code: 2,
      err: expect.stringMatching(/error\[release-pending\][^]*wait until it is done/),
    });
    later = 3 * 3_600_000;
    const old = await repository.run("deploy", "hr", "--no-wait");
    expect(old.err).toMatch(/error\[release-pending\].*\(3 h\)[^]*delete secret sh\.helm\.release\.v1\.seedbed-hr\.v1/);
    const spaces = await plane.client.list("v1", "Namespace");
    const space = spaces.find(({ metadata }) => metadata.name === "seedbed-hr");
    const managers = (space?.metadata["managedFields"] ?? []) as { manager: string }[];
    expect(managers.map(({ manager }) => manager)).not.toContain("seedbed");
  });

  test("after the command that status names, Helm installs what it had begun", async () => {
    await remove(await status());
    expect(await helm.install(tree())).toMatchObject({ code: 0 });
    expect((await status()).code).not.toBe("release-pending");
  });

  test("an upgrade that is killed: the last finished revision counts again, and the next upgrade goes on", async () => {
    await repository.change(REQUEST, "open_cursors: 500", "open_cursors: 600");
    expect((await repository.run("render", "hr")).code).toBe(0);
    repository.commit();
    await helm.interrupt(tree(), "upgrade", isPending(2));
    const found = await status();
    expect(found.what).toContain("is pending-upgrade (revision 2)");
    expect(await helm.upgrade(tree())).toMatchObject({ code: 1, said: expect.stringContaining("is in progress") });
    await remove(found);
    expect(await helm.upgrade(tree())).toMatchObject({ code: 0 });
    expect(await statusOf(2)).toBe("deployed");
    expect((await status()).code).not.toBe("release-pending");
  });

  test("nothing of what a Secret holds is sent, and who may not list them reads unknown", async () => {
    const { signal } = new AbortController();
    const options = { environment: {}, clock: systemClock, signal };
    const cluster = await openCluster({ kubeconfig: plane.kubeconfig }, options);
    const where = { namespace: "seedbed-system", labels: "owner=helm", metadataOnly: true };
    const records = await cluster.list(KINDS.secret, where);
    expect(records).toMatchObject({ state: "read", value: [{ kind: "Secret" }, { kind: "Secret" }] });
    const keys = records.state === "read" ? records.value.flatMap((one) => Object.keys(one)) : [];
    expect([...new Set(keys)].toSorted()).toEqual(["apiVersion", "kind", "metadata"]);
    await cluster.close();
    const rules = [{ apiGroups: [""], resources: ["pods", "persistentvolumeclaims"], verbs: ["list"] }];
    const kind = { apiVersion: "rbac.authorization.k8s.io/v1", metadata: { name: "ada", namespace: "seedbed-hr" } };
    await put(plane, { ...kind, kind: "Role", rules });
    await put(plane, {
      ...kind,
      kind: "RoleBinding",
      subjects: [{ kind: "User", name: "ada", apiGroup: "rbac.authorization.k8s.io" }],
      roleRef: { kind: "Role", name: "ada", apiGroup: "rbac.authorization.k8s.io" },
    });
    const ada = writeKubeconfig(plane, "ada", { as: "ada" });
    expect(await status("--kubeconfig", ada)).toMatchObject({
      release: { state: "denied", why: expect.stringContaining('cannot list resource "secrets"') },
    });
    const { out } = await repository.run("status", "hr", "--no-fleet", "--no-exec", "--kubeconfig", ada);
    expect(out).toMatch(/release +whether Helm's is pending is unknown: .*secrets/);
  });
});
