import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openCluster } from "../../../src/adapters/kubernetes/open-cluster.ts";
import { systemClock } from "../../../src/adapters/process/clock.ts";
import { runCli } from "../../../src/cli/program.ts";
import { startBench } from "../../cli/bench.ts";
import { openCheckout } from "../../cli/repository.ts";
import { SETTINGS } from "../../node/seeded-world.ts";
import { missingForNode } from "./missing.ts";
import { SeededNode } from "./seeded-node.ts";

/** The command line's part of a database's life, each step on what the last one left, on a real kubelet. */
describe.skipIf(missingForNode() !== null)("deploy, status, logs, connect and retire on a real node", () => {
  let node: SeededNode;
  beforeAll(async () => {
    node = await SeededNode.start();
    await node.seeded.changeFile(SETTINGS, "/dev }", "/dev, pull_secret: { kind: existing, name: pull } }");
  });
  afterAll(() => node?.close());

  async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const environment = { KUBECONFIG: node.plane.kubeconfig };
    const { signal } = new AbortController();
    const { bench, printed } = startBench({
      checkout: () => openCheckout(node.seeded.repository),
      environment,
      clock: systemClock,
      openCluster: (choice) => openCluster(choice, { environment, clock: systemClock, signal }),
      findLogin: async () => ({ login: node.seeded.puller, origin: { kind: "file", path: "config.json", key: "x" } }),
      runtime: async () => [],
      ask: async () => null,
    });
    const code = await runCli(args, bench);
    return { code, ...printed };
  }

  test("deploy stops at what is missing, and says what it is", async () => {
    const { code, out } = await run("deploy", "hr");
    expect(out).toMatch(/^hr: .*(secret "hr-app" not found|cannot pull)/m);
    expect(code).toBe(1);
  });

  test("deploy goes on where it stopped, and follows the phases until the database is open", async () => {
    await node.writeSecrets();
    // The kubelet waits longer after each failure to pull.
    await node.database.deletePod();
    const { code, out, err } = await run("deploy", "hr", "--pull-login");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("Nothing changes in the cluster.");
    expect(out).toMatch(/^ {2}create {3}Secret\/pull: the login of \S+, from config\.json$/m);
    expect(out).not.toContain(node.seeded.puller.password);
    expect(out).toMatch(/^hr: open$/m);
  });

  test("status reads phase and pod, and logs prints what the container said", async () => {
    const { code, out } = await run("status", "hr", "--json", "--no-fleet");
    expect(code).toBe(0);
    expect((JSON.parse(out) as { databases: unknown[] }).databases).toMatchObject([
      {
        health: "open",
        pod: { ready: true },
        progress: { phase: "open" },
        volume: { size: "20Gi" },
        inside: {
          state: "read",
          value: { phase: { name: "open" }, failure: null, files: { size: expect.any(Number) } },
        },
      },
    ]);
    expect((await run("logs", "hr")).out).toMatch(/^seedbed phase=open event=done$/m);
    expect((await run("logs", "hr", "--previous")).err).toContain("error[log-missing]");
  });

  test("a command in the container: what it prints, why it fails, and an end to what does not end", async () => {
    const { signal } = new AbortController();
    const environment = { KUBECONFIG: node.plane.kubeconfig };
    const cluster = await openCluster({}, { environment, clock: systemClock, signal });
    const bash = (text: string, name = "oracle-0") =>
      cluster.run({ namespace: "seedbed-hr", name }, { container: "oracle", command: ["bash", "-c", text] });
    expect(await bash("printf '%s' 'a b  \u00e4'; echo no >&2")).toEqual({ state: "read", value: "a b  \u00e4" });
    expect(await bash("head -c 500000 /dev/zero | tr '\\0' x")).toEqual({ state: "read", value: "x".repeat(500_000) });
    expect(await bash("echo out; echo why >&2; exit 3")).toEqual({ state: "denied", why: "why" });
    expect(await bash("exit 3")).toMatchObject({ state: "denied", why: expect.stringContaining("exit") });
    expect(await bash("while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done")).toMatchObject({
      state: "denied",
      why: expect.stringContaining("more than"),
    });
    // A backup takes longer than a person waits for a command.
    expect((await bash("/opt/seedbed/lib/backup-now.sh >/tmp/backup 2>&1 &")).state).toBe("read");
    const told = async () => (await run("status", "hr", "--no-fleet")).out;
    await expect.poll(told).toMatch(/^ {2}backup .*newest on the volume 20\d\d-\d\d-\d\dT\S+Z, 1 kept$/m);
    expect(await bash("true", "oracle-7")).toEqual({ state: "absent" });
    await cluster.close();
  });

  test("a forwarded port carries bytes into the pod and back; where nothing listens, the refusal comes back", async () => {
    const { signal } = new AbortController();
    const environment = { KUBECONFIG: node.plane.kubeconfig };
    const cluster = await openCluster({}, { environment, clock: systemClock, signal });
    const said: string[] = [];
    const place = { namespace: "seedbed-hr", name: "oracle-0" };
    const refused = await cluster.forward(place, { port: 9, localPort: 0, onError: (text) => void said.push(text) });
    expect(await exchange(refused.port)).toBe("");
    expect(said.join()).toMatch(/refused/);
    const listener = `require("node:net").createServer((s) => s.on("data", (b) => s.end("heard " + b))).listen(1599)`;
    await node.database.startInNetwork(process.execPath, "-e", listener);
    const carried = await cluster.forward(place, { port: 1599, localPort: 0, onError: () => undefined });
    // Until it listens.
    while ((await exchange(carried.port)) === "") await systemClock.sleep(100);
    expect(await exchange(carried.port)).toBe("heard hello");
    await refused.close();
    await carried.close();
    await cluster.close();
  });

  test("retire shuts the database down and deletes volume claim and namespace; the volume is kept by its policy", async () => {
    const { code, out, err } = await run("retire", "hr", "--yes", "hr", "--no-fleet");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/waiting: the database shuts down/);
    expect(out).toMatch(/PersistentVolume\/seedbed-hr is kept by its reclaim policy/);
    expect(node.moments().at(-1)).toMatchObject({ event: expect.stringMatching(/./) });
    expect((await run("status", "hr", "--no-fleet")).out).toContain("has no namespace seedbed-hr");
  });
});

/** Everything that comes back until the other side ends. */
function exchange(port: number): Promise<string> {
  return new Promise((resolve) => {
    let heard = "";
    const socket = connect(port, "127.0.0.1", () => socket.write("hello"));
    socket.on("data", (bytes) => (heard += bytes.toString()));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(heard));
  });
}
