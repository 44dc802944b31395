import { mkdtemp, readFile, readdir, readlink, rm, symlink, writeFile, mkdir } from "node:fs/promises";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { pushImage, tarFolder } from "../image/push.ts";
import { startRegistry, type WorldRegistry } from "../registry/registry.ts";
import { startCluster, type Cluster } from "./cluster.ts";
import { projectFiles } from "./mounted-files.ts";
import { killContainer, startProcess } from "./processes.ts";
import { readWorkload } from "./read-manifests.ts";

const LOGIN = { username: "node", password: "pull" };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "seedbed-cluster-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Change {
  image: string;
  replicas?: number;
  annotation?: string;
  setting?: string;
  mount?: string;
  policy?: "OrderedReady" | "Parallel";
}

function manifests(change: Change): { path: string; text: string }[] {
  return [
    { path: "fleet.yaml", text: "defaultNamespace: seedbed-hr\n" },
    {
      path: "40-database.yaml",
      text: `apiVersion: v1
kind: ConfigMap
metadata: { name: apply, namespace: seedbed-hr }
data: { "a.env": "A=${change.setting ?? "1"}", "sql.10.sql": "SELECT" }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data, namespace: seedbed-hr }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: database, namespace: seedbed-hr }
spec:
  replicas: ${change.replicas ?? 1}
  podManagementPolicy: ${change.policy ?? "Parallel"}
  template:
    metadata: { annotations: { x: "${change.annotation ?? "1"}" } }
    spec:
      terminationGracePeriodSeconds: 2
      containers:
        - image: ${change.image}
          readinessProbe: { exec: { command: [test, "!", -e, /opt/oracle/oradata/unready] } }
          volumeMounts:
            - { name: data, mountPath: /opt/oracle/oradata }
            - { name: apply, mountPath: /etc/seedbed/apply${change.mount ?? ""} }
            - { name: secret, mountPath: /run/secrets/seedbed/app }
      volumes:
        - { name: data, persistentVolumeClaim: { claimName: data } }
        - { name: apply, configMap: { name: apply, items: [ { key: a.env, path: a.env }, { key: sql.10.sql, path: sql/10.sql } ] } }
        - { name: secret, secret: { secretName: app } }
`,
    },
  ];
}

/** Is ready to be stopped before it says its phase, remembers a start on the volume, says so, and waits; a background child moves to a group of its own. */
const ENTRYPOINT = `#!/bin/bash
R=$SEEDBED_ROOT
trap 'echo "seedbed phase=open event=progress text=\\"stopping\\""; exit 143' TERM
echo "seedbed phase=created event=start"
echo start >>"$R/opt/oracle/oradata/starts"
env >"$R/opt/oracle/oradata/env"
set -m
sleep 600 &
if [ -f "$R/opt/oracle/oradata/fail" ]; then exit 86; fi
echo "seedbed phase=created event=done"
while :; do sleep 0.1; done
`;

describe("the stand-in for Fleet and kubelet", () => {
  let registry: WorldRegistry;
  let cluster: Cluster;
  let image: string;
  beforeEach(async () => {
    registry = await startRegistry({ users: [{ ...LOGIN, repositories: ["dev/*"], access: "push" }], auth: "basic" });
    const layer = join(folder, "layer");
    await mkdir(join(layer, "opt/seedbed"), { recursive: true });
    await mkdir(join(layer, ".world"));
    await mkdir(join(layer, "usr/bin"), { recursive: true });
    for (const tool of ["env", "sleep", "test"]) await symlink(`/usr/bin/${tool}`, join(layer, "usr/bin", tool));
    await writeFile(join(layer, "opt/seedbed/entrypoint.sh"), ENTRYPOINT, { mode: 0o755 });
    const config = {
      User: "oracle",
      WorkingDir: "/",
      Env: ["PATH=/usr/bin", "SECRET=from-image"],
      Entrypoint: ["/opt/seedbed/entrypoint.sh"],
    };
    const { digest } = await pushImage(
      { host: registry.host, repository: "dev/hr", credentials: LOGIN },
      [await tarFolder(layer)],
      config,
    );
    image = `${registry.host}/dev/hr@${digest}`;
    cluster = startCluster({
      folder: join(folder, "cluster"),
      registries: [{ host: registry.host, ...LOGIN }],
      secrets: { app: { password: "x" } },
    });
  });
  afterEach(async () => {
    await cluster.close();
    await registry.close();
  });
  const starts = async (): Promise<number> =>
    (await readFile(join(cluster.database("hr").pod.volume, "starts"), "utf8")).split("\n").length - 1;
  const begun = (): Promise<unknown> =>
    cluster.database("hr").waitFor(({ phase, event }) => phase === "created" && event === "done", 20);

  it("runs what the registry holds under that digest, with root and PATH and nothing else", async () => {
    await cluster.sync("hr", manifests({ image }));
    await begun();
    const { pod } = cluster.database("hr");
    expect(await readFile(join(pod.root, "run/secrets/seedbed/app/password"), "utf8")).toBe("x");
    expect(await readFile(join(pod.root, "etc/seedbed/apply/sql/10.sql"), "utf8")).toBe("SELECT");
    const env = await readFile(join(pod.volume, "env"), "utf8");
    expect(env).toContain(`SEEDBED_ROOT=${pod.root}`);
    expect(env).not.toContain("SECRET=");
    expect(env).not.toContain("HOME=");
  });

  it("changes files under a running container, and makes a new pod for a new template", async () => {
    await cluster.sync("hr", manifests({ image }));
    await begun();
    const { pod } = cluster.database("hr");
    await cluster.sync("hr", manifests({ image, setting: "2" }));
    expect(await readFile(join(pod.root, "etc/seedbed/apply/a.env"), "utf8")).toBe("A=2");
    expect(pod.starts).toBe(1);
    await cluster.sync("hr", manifests({ image, setting: "2", annotation: "2" }));
    await begun();
    expect(pod.starts).toBe(2);
    expect(pod.exits).toEqual([{ start: 1, code: 143, phase: "open", killed: false }]);
  });

  it("starts a container that ended again, on the same volume, and records why", async () => {
    await cluster.sync("hr", manifests({ image }));
    await begun();
    const { pod } = cluster.database("hr");
    await pod.kill9();
    await begun();
    expect(await starts()).toBe(2);
    expect(pod.exits).toEqual([{ start: 1, code: 137, phase: "created", killed: true }]);
    await writeFile(join(pod.volume, "fail"), "");
    await pod.kill9();
    await expect.poll(() => pod.exits.length).toBeGreaterThan(3);
    expect(pod.exits.slice(2, 4).map(({ code, killed }) => ({ code, killed }))).toEqual([
      { code: 86, killed: false },
      { code: 86, killed: false },
    ]);
  });

  it("leaves a pod that is not ready as it is where the set keeps order, and replaces it where it does not", async () => {
    await cluster.sync("hr", manifests({ image, policy: "OrderedReady" }));
    await begun();
    const { pod } = cluster.database("hr");
    await cluster.sync("hr", manifests({ image, policy: "OrderedReady", annotation: "2" }));
    await begun();
    expect(pod.starts).toBe(2);
    await writeFile(join(pod.volume, "unready"), "");
    await cluster.sync("hr", manifests({ image, policy: "OrderedReady", annotation: "3", setting: "2" }));
    expect(pod.starts).toBe(2);
    expect(await readFile(join(pod.root, "etc/seedbed/apply/a.env"), "utf8")).toBe("A=2");
    await cluster.sync("hr", manifests({ image, policy: "Parallel", annotation: "3", setting: "2" }));
    expect(pod.starts).toBe(3);
  });

  it("stops at no replicas and keeps the volume", async () => {
    await cluster.sync("hr", manifests({ image }));
    await begun();
    await cluster.sync("hr", manifests({ image, replicas: 0 }));
    const { pod } = cluster.database("hr");
    expect(pod.running).toBe(false);
    expect(await starts()).toBe(1);
  });

  it("waits where the digest or the secret is not there", async () => {
    const wrong = image.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
    await cluster.sync("hr", manifests({ image: wrong }));
    expect(cluster.database("hr").pod.waiting).toMatch(/404|MANIFEST_UNKNOWN/);
    await cluster.sync("hr", manifests({ image }));
    await begun();
    expect(cluster.database("hr").pod.waiting).toBe("");
  });
});

describe("a bundle's manifests", () => {
  const image = `registry.example/dev/hr@sha256:${"0".repeat(64)}`;
  const read = (change: Change, edit = (text: string): string => text): (() => unknown) => {
    const files = manifests(change).map(({ path, text }) => ({ path, text: edit(text) }));
    return () => readWorkload(files);
  };
  it.each([
    ["an image by tag", read({ image: "registry.example/dev/hr:latest" }), /not pinned by digest/],
    ["a subPath mount", read({ image, mount: ", subPath: a.env" }), /subPath/],
    [
      "a key that the ConfigMap does not have",
      read({ image }, (text) => text.replace("key: a.env", "key: b.env")),
      /non-existent config key/,
    ],
    [
      "a claim that is not there",
      read({ image }, (text) => text.replace("claimName: data", "claimName: other")),
      /persistentvolumeclaim/,
    ],
    [
      "an object twice",
      read(
        { image },
        (text) =>
          `${text}---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: data, namespace: seedbed-hr }\n`,
      ),
      /stands twice/,
    ],
    [
      "a command of the manifests' own",
      read({ image }, (text) => text.replace(/( +)- image:.*/, "$&\n$1  command: [bash]")),
      /command/,
    ],
  ])("are refused with %s", (_name, work, text) => {
    expect(work).toThrow(text);
  });
});

describe("mounted files and processes", () => {
  it("swaps a whole version by one link", async () => {
    const mount = join(folder, "mount");
    await projectFiles(
      mount,
      new Map([
        ["a", "1"],
        ["sql/x", "1"],
      ]),
      { mode: 0o444 },
    );
    const before = await readlink(join(mount, "..data"));
    await projectFiles(
      mount,
      new Map([
        ["a", "2"],
        ["b", "2"],
      ]),
      { mode: 0o444 },
    );
    expect(await readlink(join(mount, "..data"))).not.toBe(before);
    expect((await readdir(mount)).filter((name) => !name.startsWith(".."))).toEqual(["a", "b"]);
    expect(await readFile(join(mount, "a"), "utf8")).toBe("2");
    expect(existsSync(join(mount, before))).toBe(false);
  });

  it("kills every process of a container, whatever group it is in, and no other", async () => {
    const log = join(folder, "log");
    const start = (root: string) =>
      startProcess({
        command: "bash",
        args: ["-c", "set -m; sleep 300 & sleep 300"],
        cwd: folder,
        env: { SEEDBED_ROOT: root, PATH: process.env["PATH"]! },
        log,
      });
    const mine = start("/roots/a");
    const other = start("/roots/ab");
    await new Promise((resolve) => setTimeout(resolve, 300));
    await killContainer("/roots/a");
    expect(
      mine.exitCode ??
        mine.signalCode ??
        (await new Promise((resolve) => mine.once("exit", (_code, signal) => resolve(signal)))),
    ).toBe("SIGKILL");
    expect(other.exitCode).toBe(null);
    await killContainer("/roots/ab");
  });

  it("leaves none that was in the middle of its exec when its parent ended", async () => {
    const again = join(folder, "again.sh");
    await writeFile(again, `#!/bin/bash\nexec ${again}\n`, { mode: 0o755 });
    const roots = Array.from({ length: 10 }, (_, index) => `${folder}/root-${index}`);
    for (const root of roots) {
      const first = startProcess({
        command: "bash",
        args: ["-c", `for n in {1..5}; do ${again} & done; exit 86`],
        cwd: folder,
        env: { SEEDBED_ROOT: root, PATH: process.env["PATH"]! },
        log: join(folder, "log"),
      });
      await once(first, "exit");
      await killContainer(root);
    }
    const environments = await Promise.all(
      (await readdir("/proc")).map((pid) => readFile(`/proc/${pid}/environ`, "utf8").catch(() => "")),
    );
    expect(environments.filter((environment) => environment.includes(`SEEDBED_ROOT=${folder}/root-`))).toEqual([]);
  });
});
