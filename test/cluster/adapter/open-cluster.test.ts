import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openCluster } from "../../../src/adapters/kubernetes/open-cluster.ts";
import { systemClock } from "../../../src/adapters/process/clock.ts";
import { KINDS } from "../../../src/cluster/kinds.ts";
import type { ResourceKind } from "../../../src/ports/cluster.ts";
import { missingForControlPlane } from "../assets.ts";
import { startControlPlane, type ControlPlane } from "../control-plane.ts";
import { startFront, type Front } from "./front.ts";
import { closeAll, open, writeKubeconfig } from "./kubeconfigs.ts";

const CONFIG_MAP: ResourceKind = { apiVersion: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true };
const config = (data: Record<string, string>, name = "one") => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "default" },
  data,
});
const DRY = { dryRun: true };
const REAL = { dryRun: false };

describe.skipIf(missingForControlPlane() !== null)("the adapter at a real API server", () => {
  let plane: ControlPlane;
  let front: Front;
  beforeAll(async () => {
    plane = await startControlPlane();
    front = await startFront(plane);
  });
  afterAll(async () => {
    await closeAll();
    await front?.close();
    await plane?.close();
  });

  test("applies as seedbed, and keeps nothing of a dry run", async () => {
    const cluster = await open({ kubeconfig: plane.kubeconfig });
    expect(cluster.context).toBe("test");
    const place = { namespace: "default", name: "one" };
    expect(await cluster.apply(CONFIG_MAP, config({ a: "1" }), DRY)).toMatchObject({ state: "applied" });
    expect(await cluster.get(CONFIG_MAP, place)).toEqual({ state: "absent" });
    await cluster.apply(CONFIG_MAP, config({ a: "1" }), REAL);
    const { object } = await plane.client.get(config({}));
    expect(object["data"]).toEqual({ a: "1" });
    expect(object.metadata["managedFields"]).toMatchObject([{ manager: "seedbed", operation: "Apply" }]);
    const listed = await cluster.list(CONFIG_MAP, { namespace: "default", fields: "metadata.name=one" });
    expect(listed).toMatchObject({
      state: "read",
      value: [{ kind: "ConfigMap", metadata: { uid: object.metadata.uid } }],
    });
  });

  test("a field of another manager is a conflict with the manager's name, and force takes it over", async () => {
    const cluster = await open({ kubeconfig: plane.kubeconfig });
    await plane.client.apply(config({ a: "theirs" }, "two"), { fieldManager: "fleetagent" });
    expect(await cluster.apply(CONFIG_MAP, config({ a: "ours" }, "two"), DRY)).toEqual({
      state: "conflict",
      conflicts: [{ manager: "fleetagent", field: ".data.a" }],
    });
    await cluster.apply(CONFIG_MAP, config({ a: "ours" }, "two"), { dryRun: false, force: true });
    expect((await plane.client.get(config({}, "two"))).object["data"]).toEqual({ a: "ours" });
  });

  test("deletes the object that was looked at and no other", async () => {
    const cluster = await open({ kubeconfig: plane.kubeconfig });
    const { object } = await plane.client.create(config({}, "three"));
    const place = { namespace: "default", name: "three" };
    expect(await cluster.delete(CONFIG_MAP, place, { uid: "another" })).toBe("gone");
    expect((await plane.client.get(config({}, "three"))).status).toBe(200);
    expect(await cluster.delete(CONFIG_MAP, place, { uid: object.metadata.uid! })).toBe("deleted");
    expect(await cluster.delete(CONFIG_MAP, place, { uid: object.metadata.uid! })).toBe("gone");
  });

  test("a command that a server, or a proxy in front of it, does not begin: what each answer means", async () => {
    const cluster = await open({ kubeconfig: writeKubeconfig(plane, "run", { server: front.server }) });
    const run = (status: number, body: string) => {
      front.refuseNext([status], { "Content-Type": "application/json" }, body);
      return cluster.run({ namespace: "default", name: "oracle-0" }, { container: "oracle", command: ["true"] });
    };
    const said = (message: string) => JSON.stringify({ kind: "Status", message });
    expect(await run(403, said("pods is forbidden"))).toEqual({ state: "denied", why: "pods is forbidden" });
    expect(await run(500, 'container not found ("oracle")')).toEqual({
      state: "denied",
      why: 'container not found ("oracle")',
    });
    expect(await run(503, "<h1>busy</h1>")).toEqual({ state: "denied", why: "<h1>busy</h1>" });
    expect(await run(404, said("pods not found"))).toEqual({ state: "absent" });
    expect(await run(400, said("pod does not have a host assigned"))).toEqual({ state: "absent" });
    await expect(run(401, said("Unauthorized"))).rejects.toMatchObject({ code: "cluster-unauthorized" });
  });

  test("Ctrl-C ends a command whose server never answers", async () => {
    const kubeconfig = writeKubeconfig(plane, "cut", { server: front.server });
    const cancel = new AbortController();
    const options = { environment: {}, clock: systemClock, signal: cancel.signal };
    const cluster = await openCluster({ kubeconfig }, options);
    front.refuseNext([0], {});
    const running = cluster.run({ namespace: "default", name: "oracle-0" }, { container: "oracle", command: ["true"] });
    const ended = running.catch((error: unknown) => error);
    await expect.poll(() => front.unanswered()).toBe(1);
    cancel.abort();
    expect(await ended).toMatchObject({ name: "AbortError" });
    await cluster.close();
    await expect.poll(() => front.unanswered()).toBe(0);
  });

  test("an unknown field is refused with the server's words", async () => {
    const cluster = await open({ kubeconfig: plane.kubeconfig });
    const wrong = { ...config({}), dada: {} };
    await expect(cluster.apply(CONFIG_MAP, wrong, DRY)).rejects.toMatchObject({
      code: "cluster-refused",
      message: expect.stringContaining(".dada: field not declared in schema"),
    });
  });

  test("what may not be read is denied, and what may not be changed is an error that names verb and user", async () => {
    const cluster = await open({ kubeconfig: writeKubeconfig(plane, "ada", { as: "ada" }) });
    const place = { namespace: "default", name: "one" };
    for (const [verb, reading] of [
      ["list", cluster.list(CONFIG_MAP, { namespace: "default" })],
      ["get", cluster.get(CONFIG_MAP, place)],
      ["get", cluster.log({ namespace: "default", name: "oracle-0" }, {})],
    ] as const)
      expect(await reading).toMatchObject({
        state: "denied",
        why: expect.stringContaining(`User "ada" cannot ${verb}`),
      });
    for (const [verb, change] of [
      ["patch", () => cluster.apply(CONFIG_MAP, config({ b: "2" }), REAL)],
      ["delete", () => cluster.delete(CONFIG_MAP, place, { uid: "u" })],
    ] as const)
      await expect(change()).rejects.toMatchObject({
        code: "cluster-forbidden",
        message: expect.stringContaining(`User "ada" cannot ${verb}`),
      });
  });

  test("a kind that the cluster does not know is absent, and cannot be applied", async () => {
    const cluster = await open({ kubeconfig: plane.kubeconfig });
    expect(await cluster.list(KINDS.bundle, {})).toEqual({ state: "absent" });
    const bundle = {
      apiVersion: KINDS.bundle.apiVersion,
      kind: "Bundle",
      metadata: { name: "a", namespace: "default" },
    };
    await expect(cluster.apply(KINDS.bundle, bundle, DRY)).rejects.toMatchObject({ status: 404 });
  });

  test("a token that is not accepted", async () => {
    const cluster = await open({ kubeconfig: writeKubeconfig(plane, "old", { token: "expired" }) });
    await expect(cluster.list(CONFIG_MAP, {})).rejects.toMatchObject({
      code: "cluster-unauthorized",
      message: expect.not.stringContaining("expired)"),
    });
  });

  test("a namespace in termination refuses with its name", async () => {
    const name = "ending";
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name, finalizers: ["seedbed.test/wait"] } };
    await plane.client.create(namespace);
    await plane.client.delete(namespace);
    const cluster = await open({ kubeconfig: plane.kubeconfig });
    const object = { ...config({}), metadata: { name: "one", namespace: name } };
    await expect(cluster.apply(CONFIG_MAP, object, REAL)).rejects.toMatchObject({
      code: "cluster-forbidden",
      said: expect.stringContaining("because it is being terminated"),
    });
    await plane.client.patch(namespace, { metadata: { finalizers: [] } });
  });

  test("an overloaded server is asked again, and named when it stays so", async () => {
    const cluster = await open({ kubeconfig: writeKubeconfig(plane, "front", { server: front.server }) });
    front.refuseNext([429, 503, 502], { "Retry-After": "1" });
    expect(await cluster.list(CONFIG_MAP, { namespace: "default" })).toMatchObject({ state: "read" });
    front.refuseNext([429, 429, 429, 429], {});
    await expect(cluster.list(CONFIG_MAP, { namespace: "default" })).rejects.toMatchObject({ code: "cluster-busy" });
    front.refuseNext([302], { Location: "https://login.example" });
    await expect(cluster.list(CONFIG_MAP, { namespace: "default" })).rejects.toMatchObject({ code: "cluster-refused" });
    front.refuseNext([200], {}, "<html>log in</html>");
    await expect(cluster.list(CONFIG_MAP, { namespace: "default" })).rejects.toMatchObject({
      code: "cluster-not-kubernetes",
    });
  });

  test("HTTPS_PROXY counts, NO_PROXY exempts, and the kubeconfig's proxy-url comes first", async () => {
    const kubeconfig = plane.kubeconfig;
    const closed = { HTTPS_PROXY: "http://127.0.0.1:9" };
    await expect((await open({ kubeconfig }, closed)).list(CONFIG_MAP, {})).rejects.toMatchObject({
      code: "proxy-unreachable",
      message: expect.stringContaining("HTTPS_PROXY"),
    });
    const exempt = { ...closed, NO_PROXY: "127.0.0.1" };
    expect(await (await open({ kubeconfig }, exempt)).list(CONFIG_MAP, {})).toMatchObject({ state: "read" });
    const own = writeKubeconfig(plane, "proxied", { cluster: { "proxy-url": front.proxy } });
    expect(await (await open({ kubeconfig: own }, closed)).list(CONFIG_MAP, {})).toMatchObject({ state: "read" });
    expect(front.tunnels()).toBe(1);
  });

  test("a login plugin is asked once for requests at the same time, and its own words explain its failure", async () => {
    const plugin = join(plane.folder, "plugin.sh");
    const credential = {
      apiVersion: "client.authentication.k8s.io/v1",
      kind: "ExecCredential",
      status: { token: plane.token },
    };
    writeFileSync(
      plugin,
      `#!/bin/sh\necho "$KUBERNETES_EXEC_INFO" >>"${plane.folder}/asked"\ncat <<'E'\n${JSON.stringify(credential)}\nE\n`,
    );
    chmodSync(plugin, 0o755);
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "./plugin.sh", interactiveMode: "Never" };
    const cluster = await open({ kubeconfig: writeKubeconfig(plane, "plugin", { user: { exec } }) });
    await Promise.all([cluster.list(CONFIG_MAP, {}), cluster.list(KINDS.pod, {}), cluster.list(KINDS.claim, {})]);
    const asked = readFileSync(join(plane.folder, "asked"), "utf8").trim().split("\n");
    expect(asked.map((line) => (JSON.parse(line) as { kind: string }).kind)).toEqual(["ExecCredential"]);
    writeFileSync(plugin, "#!/bin/sh\necho 'session expired: run login' >&2\nexit 1\n");
    const again = await open({ kubeconfig: writeKubeconfig(plane, "plugin", { user: { exec } }) });
    await expect(again.list(CONFIG_MAP, {})).rejects.toMatchObject({
      code: "login-plugin-failed",
      message: expect.stringContaining("session expired: run login"),
    });
  });

  test("another authority than the server's is not trusted", async () => {
    const cluster = { "certificate-authority-data": undefined };
    const untrusted = await open({ kubeconfig: writeKubeconfig(plane, "untrusted", { cluster }) });
    await expect(untrusted.list(CONFIG_MAP, {})).rejects.toMatchObject({ code: "cluster-not-trusted" });
  });
});
