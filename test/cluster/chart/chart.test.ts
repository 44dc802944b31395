import { generateKeyPairSync } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { readBotEnv } from "../../../bot/env.ts";
import { digestOf } from "../../lock/example-lock.ts";
import { missingForControlPlane } from "../assets.ts";
import type { ClusterObject } from "../cluster-object.ts";
import type { ControlPlane } from "../control-plane.ts";
import { Helm } from "../helm/helm.ts";
import { startPlaneWithKinds } from "../manifests/plane-with-kinds.ts";

const CHART = join(import.meta.dirname, "../../../charts/seedbed");

const LEAST = {
  image: { repository: "registry.example/seedbed-bot", digest: digestOf("7") },
  github: { repository: "acme/databases", appId: "7" },
  secrets: { existing: "seedbed-keys" },
};
const MOST = {
  ...LEAST,
  replicas: 3,
  image: { ...LEAST.image, pullSecrets: ["pull"] },
  secrets: {
    external: {
      store: "vault",
      app: { key: "seedbed/app", property: "pem" },
      webhook: { key: "seedbed/webhook" },
      signing: { key: "seedbed/signing" },
    },
  },
  proxy: { https: "http://proxy.example:3128", exempt: "ghe.example" },
  ingress: { enabled: true, className: "nginx", host: "seedbed.example", tlsSecret: "tls", annotations: { a: "b" } },
  networkPolicy: { from: [{ namespaceSelector: {} }], to: ["10.0.0.0/8"], proxyPort: 3128 },
  nodeSelector: { pool: "small" },
  tolerations: [{ key: "dedicated", operator: "Exists" }],
  priorityClassName: "system-cluster-critical",
  labels: { "example.com/cost-centre": "4711" },
  podAnnotations: { "example.com/scrape": "no" },
};

interface Pod {
  containers: {
    env: { name: string; value: string }[];
    ports: { containerPort: number }[];
    volumeMounts: { mountPath: string; readOnly?: boolean }[];
  }[];
  volumes: { name: string; secret?: { secretName: string; items: { key: string; path: string }[] } }[];
}

describe.skipIf(missingForControlPlane() !== null)("the chart of the bot", () => {
  let plane: ControlPlane;
  let helm: Helm;
  beforeAll(async () => {
    plane = await startPlaneWithKinds();
    helm = new Helm(plane);
    await mkdir(join(plane.folder, "values"));
    for (const name of ["bot", "restricted"])
      await plane.client.create({
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name, labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
      });
  });
  afterAll(() => plane?.close());

  let files = 0;
  async function run(command: string[], values: object) {
    const file = join(plane.folder, `values/${(files += 1)}.yaml`);
    // Helm reads YAML 1.1, where an unquoted `no` is false: JSON has quotes.
    await writeFile(file, JSON.stringify(values));
    return helm.run([...command, CHART, "--values", file]);
  }

  async function render(values: object): Promise<ClusterObject[]> {
    const { code, said } = await run(["template", "bot"], values);
    expect(code, said).toBe(0);
    return parseAllDocuments(said).map((document) => document.toJS() as ClusterObject);
  }

  const podOf = (objects: ClusterObject[]): Pod =>
    (objects.find(({ kind }) => kind === "Deployment")!["spec"] as { template: { spec: Pod } }).template.spec;

  test.each([
    ["least", LEAST],
    ["most", MOST],
  ])("passes Helm's own linter and a real API server, strictly, with the %s values", async (_name, values) => {
    const linted = await run(["lint", "--strict"], values);
    expect(linted.code, linted.said).toBe(0);
    for (const object of await render(values)) {
      const placed = { ...object, metadata: { ...object.metadata, namespace: "restricted" } };
      const answer = await plane.client.create(placed, { dryRun: true });
      expect([answer.status, answer.warnings], `${object.kind}: ${answer.message}`).toEqual([201, []]);
    }
  });

  test("gives the bot an environment that it accepts, with its secrets as files and nowhere else", async () => {
    const key = (type: "rsa" | "ed25519") =>
      (type === "rsa" ? generateKeyPairSync("rsa", { modulusLength: 2048 }) : generateKeyPairSync("ed25519")).privateKey
        .export({ type: "pkcs8", format: "pem" })
        .toString();
    const there: Record<string, string> = {
      "app.pem": key("rsa"),
      webhook: "canary-webhook-0123456789abcdef0123456789",
      "signing.pem": key("ed25519"),
    };
    for (const [values, secret] of [
      [LEAST, "seedbed-keys"],
      [MOST, "bot-seedbed"],
    ] as const) {
      const { containers, volumes } = podOf(await render(values));
      const { env, volumeMounts } = containers[0]!;
      const mounted = volumes.find(({ name }) => name === "keys")!.secret!;
      expect(mounted.secretName).toBe(secret);
      const folder = volumeMounts.find(({ readOnly }) => readOnly)!.mountPath;
      const byPath = new Map(mounted.items.map(({ key: name, path }) => [`${folder}/${path}`, there[name]!]));
      const read = readBotEnv((path) => byPath.get(path)!, Object.fromEntries(env.map((one) => [one.name, one.value])));
      expect(read).toMatchObject({ appId: 7, repository: { owner: "acme", name: "databases" }, sweepMinutes: 5 });
      expect(read.webhookSecret).toBe(there["webhook"]);
      expect(read.port).toBe(containers[0]!.ports[0]!.containerPort);
    }
  });

  test("is installed, changed and removed by Helm", async () => {
    const at = ["--namespace", "bot"];
    const list = async () => (await plane.client.list("apps/v1", "Deployment", "bot")).map(({ spec }) => spec);
    for (const [command, values, replicas] of [
      ["install", LEAST, 2],
      ["upgrade", MOST, 3],
    ] as const) {
      const { code, said } = await run([command, "bot", ...at], values);
      expect(code, said).toBe(0);
      expect(await list()).toMatchObject([{ replicas }]);
    }
    expect((await helm.run(["uninstall", "bot", ...at])).code).toBe(0);
    expect(await list()).toEqual([]);
  });

  test.each<[string, object, string]>([
    ["no image", { ...LEAST, image: { repository: "" } }, "/image/repository"],
    ["an image without a digest", { ...LEAST, image: { repository: "registry.example/bot" } }, "image.digest is empty"],
    ["no secret", { ...LEAST, secrets: {} }, "secrets.existing is empty: name a Secret with the keys"],
    [
      "two places for secrets",
      { ...LEAST, secrets: { existing: "x", external: { store: "y" } } },
      "exclude each other",
    ],
    [
      "a store without a key",
      { ...LEAST, secrets: { external: { store: "y", app: { key: "a" }, webhook: { key: "b" } } } },
      "secrets.external.signing.key is empty",
    ],
    ["a number for the App", { ...LEAST, github: { ...LEAST.github, appId: 7 } }, "/github/appId"],
    ["a key that is none", { ...LEAST, replica: 2 }, "'replica' not allowed"],
    ["an Ingress for no host", { ...LEAST, ingress: { enabled: true } }, "/ingress/host"],
    ["a secret as a value", { ...LEAST, webhookSecret: "x" }, "'webhookSecret' not allowed"],
  ])("refuses %s", async (_name, values, said) => {
    const answer = await run(["template", "bot"], values);
    expect(answer.code).not.toBe(0);
    expect(answer.said).toContain(said);
  });
});
