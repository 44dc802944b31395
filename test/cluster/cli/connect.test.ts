import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, connect, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findSqlClient } from "../../../src/adapters/process/sql-client.ts";
import { openCluster } from "../../../src/adapters/kubernetes/open-cluster.ts";
import { systemClock } from "../../../src/adapters/process/clock.ts";
import { writeKubeconfig } from "../adapter/kubeconfigs.ts";
import { missingForControlPlane } from "../assets.ts";
import { startControlPlane, type ControlPlane } from "../control-plane.ts";
import { startClusterRepository, type ClusterRepository } from "./command-line.ts";
import { startKubelet, type Kubelet } from "./kubelet.ts";
import { NAMESPACE, namespaceOf, put, seedRepository } from "./live-database.ts";
import { putPod, READY } from "./live-pod.ts";
import { expectQuoted } from "./quoted.ts";

const PASSWORD = "canary$&'#7f3a";

describe.skipIf(missingForControlPlane() !== null)("logs and connect at a real API server", () => {
  let plane: ControlPlane;
  let repository: ClusterRepository;
  let kubelet: Kubelet;
  let listener: Server;
  const folder = mkdtempSync(join(tmpdir(), "seedbed-sqlplus-"));
  beforeAll(async () => {
    plane = await startControlPlane();
    repository = await startClusterRepository(plane, { sqlClient: findSqlClient(folder) });
    await seedRepository(repository);
    kubelet = await startKubelet(plane);
    listener = createServer((socket) => {
      let heard = "";
      socket.on("data", (bytes) => {
        heard += bytes.toString();
        if (heard.endsWith(".")) socket.end(`listener heard ${heard}`);
      });
    });
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    kubelet.target = (listener.address() as AddressInfo).port;
    await put(plane, namespaceOf());
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await repository?.remove();
    listener?.close();
    await kubelet?.close();
    await plane?.close();
  });

  test("a database without a pod is told, with the command that says why", async () => {
    const { code, err } = await repository.run("logs", "hr");
    expect(code).toBe(2);
    expect(err).toMatch(/error\[pod-missing\].*\n.*seedbed status hr/);
    expect((await repository.run("logs", "hrr")).err).toContain("error[database-unknown]");
  });

  test("logs prints the container's lines, and those of the one before", async () => {
    await putPod(plane, READY);
    kubelet.log = ["one", "seedbed phase=open event=done"];
    kubelet.previous = ["before"];
    expect(await repository.run("logs", "hr")).toEqual({
      code: 0,
      out: "one\nseedbed phase=open event=done\n",
      err: "",
    });
    expect((await repository.run("logs", "hr", "--follow")).out).toContain("one");
    expect((await repository.run("logs", "hr", "--previous")).out).toBe("before\n");
    expect((await repository.run("logs", "hr", "--tail", "many")).err).toContain("error[number-invalid]");
  });

  test("a forwarded port carries bytes both ways, and a refusal inside the pod is told", async () => {
    const { signal } = new AbortController();
    const cluster = await openCluster(
      { kubeconfig: plane.kubeconfig },
      { environment: {}, clock: systemClock, signal },
    );
    const said: string[] = [];
    const options = { port: 1521, localPort: 0, onError: (message: string) => void said.push(message) };
    const forwarding = await cluster.forward({ namespace: NAMESPACE, name: "oracle-0" }, options);
    expect(await exchange(forwarding.port, "hello.")).toBe("listener heard hello.");
    expect(await exchange(forwarding.port, `${"x".repeat(200_000)}.`)).toBe(`listener heard ${"x".repeat(200_000)}.`);
    const target = kubelet.target;
    kubelet.target = null;
    expect(await exchange(forwarding.port, "hello")).toBe("");
    expect(said.join()).toContain("connection refused");
    kubelet.target = target;
    await forwarding.close();
    await expect(exchange(forwarding.port, "x")).rejects.toThrow("ECONNREFUSED");
    await cluster.close();
  });

  test("the client is logged in, and the password is in no argument, variable or output", async () => {
    writeFileSync(
      join(folder, "sqlplus"),
      `#!/bin/bash\nprintf '%s\\n' "$*" >"${folder}/arguments"; env >"${folder}/environment"; cat "\${3#@}" >"${folder}/script"\n`,
    );
    chmodSync(join(folder, "sqlplus"), 0o755);
    process.env["PATH"] = `${folder}:${process.env["PATH"]}`;
    expect((await repository.run("connect", "hr")).err).toContain("error[secret-missing]");
    const metadata = { name: "hr-app", namespace: NAMESPACE };
    await put(plane, { apiVersion: "v1", kind: "Secret", metadata, stringData: { other: "x" } });
    expect((await repository.run("connect", "hr")).err).toContain("error[secret-key-missing]");
    await put(plane, { apiVersion: "v1", kind: "Secret", metadata, stringData: { password: PASSWORD } });
    const { code, out, err } = await repository.run("connect", "hr");
    expect([code, err]).toEqual([0, ""]);
    expectQuoted("connect hr", out);
    const read = (name: string) => readFileSync(join(folder, name), "utf8");
    expect(read("script")).toContain(`connect "APP"/"${PASSWORD}"@//127.0.0.1:`);
    expect(read("arguments")).toMatch(/^-L \/nolog @\/\S+\/connect\.sql$/m);
    for (const text of [out, read("arguments"), read("environment")]) expect(text).not.toContain("canary");
  });

  test("a client that ends before it reads leaves nobody waiting", async () => {
    writeFileSync(join(folder, "sqlplus"), "#!/bin/sh\nexit 3\n");
    expect((await repository.run("connect", "hr")).code).toBe(1);
  });

  test("who may not read the Secret learns so, and needs it not for the address alone", async () => {
    const kubeconfig = writeKubeconfig(plane, "ada", { as: "ada" });
    await put(plane, {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: { name: "pods", namespace: NAMESPACE },
      rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
    });
    await put(plane, {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name: "ada", namespace: NAMESPACE },
      subjects: [{ kind: "User", name: "ada", apiGroup: "rbac.authorization.k8s.io" }],
      roleRef: { kind: "Role", name: "pods", apiGroup: "rbac.authorization.k8s.io" },
    });
    const { code, err } = await repository.run("connect", "hr", "--kubeconfig", kubeconfig);
    expect(code).toBe(2);
    expect(err).toMatch(/error\[cluster-not-readable\].*User "ada" cannot get resource "secrets"/);
    expect((await repository.run("logs", "hr", "--kubeconfig", kubeconfig)).err).toContain("pods/log");
  });
});

/** Everything that comes back until the other side ends. */
function exchange(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    socket.on("data", (bytes) => (heard += bytes.toString()));
    socket.on("error", reject);
    socket.on("close", () => resolve(heard));
  });
}
