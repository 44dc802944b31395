import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadKubeconfig } from "../../../src/adapters/kubernetes/kubeconfig.ts";
import { library } from "../../../src/adapters/kubernetes/library.ts";

const folder = mkdtempSync(join(tmpdir(), "seedbed-kubeconfig-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string | object): string {
  const path = join(folder, name);
  writeFileSync(path, typeof text === "string" ? text : JSON.stringify(text));
  return path;
}

function config(name: string, more: object = {}): object {
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    clusters: [{ name, cluster: { server: `https://${name}.example` } }],
    users: [{ name, user: { token: `token-of-${name}` } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    ...more,
  };
}

const load = (choice: object, environment: Record<string, string> = { HOME: folder }) =>
  loadKubeconfig(library, choice, environment);

test("of several files the first to set a value wins, and one that is not there is passed over", () => {
  const dev = write("dev", config("dev"));
  const both = write("both", {
    ...config("prod"),
    clusters: [
      { name: "dev", cluster: { server: "https://other.example" } },
      { name: "prod", cluster: { server: "https://prod.example/k8s/clusters/c-1" } },
    ],
  });
  const found = load({}, { KUBECONFIG: `${dev}:${folder}/none:${both}` });
  expect(found.getCurrentContext()).toBe("dev");
  expect(found.getCurrentCluster()?.server).toBe("https://dev.example");
  expect(load({ context: "prod" }, { KUBECONFIG: `${dev}:${both}` }).getCurrentCluster()?.server).toContain("/c-1");
});

test("a path of a login plugin is relative to its kubeconfig", () => {
  const file = write(
    "plugin",
    config("p", { users: [{ name: "p", user: { exec: { command: "bin/login", args: ["a"] } } }] }),
  );
  const exec = load({ kubeconfig: file }).getCurrentUser()?.exec as { command: string; env: { name: string }[] };
  expect(exec).toMatchObject({ command: join(folder, "bin/login"), env: [{ name: "KUBERNETES_EXEC_INFO" }] });
});

test.each([
  ["no kubeconfig at all", {}, "kubeconfig-missing"],
  ["a file that is not there", { kubeconfig: join(folder, "none") }, "kubeconfig-invalid"],
  ["a context that is not there", { kubeconfig: write("a", config("dev")), context: "dve" }, "context-unknown"],
  ["no current context", { kubeconfig: write("b", config("dev", { "current-context": "" })) }, "context-missing"],
  ["a user that is not there", { kubeconfig: write("c", config("dev", { users: [] })) }, "context-incomplete"],
  [
    "a cluster without a server",
    { kubeconfig: write("d", config("dev", { clusters: [{ name: "dev", cluster: {} }] })) },
    "kubeconfig-invalid",
  ],
])("%s is told", (_name, choice, code) => {
  expect(() => load(choice)).toThrow(expect.objectContaining({ code }) as Error);
});

test("an unknown context is answered with the near one", () => {
  const kubeconfig = write("e", config("rke-dev"));
  expect(() => load({ kubeconfig, context: "rke-dve" })).toThrow(
    expect.objectContaining({ fix: 'did you mean "rke-dev"?' }) as Error,
  );
});

test("a file that is no YAML is told without the line that breaks, which may hold a token", () => {
  const kubeconfig = write("broken", "users:\n- name: a\n  user: {token: canary-7f3a\n contexts: [");
  expect(() => load({ kubeconfig })).toThrow(/line \d/);
  try {
    load({ kubeconfig });
  } catch (error) {
    expect(String(error)).not.toContain("canary");
  }
});
