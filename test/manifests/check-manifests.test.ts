import { describe, expect, test } from "vitest";
import { checkManifests } from "../../src/manifests/check-manifests.ts";
import type { RenderedFile } from "../../src/manifests/rendered-file.ts";
import { renderManifests } from "../../src/manifests/render-manifests.ts";
import { hr } from "./example-input.ts";

function edited(name: string, from: string | RegExp, to: string): RenderedFile[] {
  const files = renderManifests(hr);
  const file = files.find((one) => one.path.endsWith(name));
  const text = file?.text.replace(from, to) ?? "";
  expect(text).not.toBe(file?.text);
  return files.map((one) => (one === file ? { ...one, text } : one));
}

function said(files: RenderedFile[]): string {
  return checkManifests(files)
    .map((problem) => `${problem.code} ${problem.path}:${problem.line} ${problem.what}`)
    .join("\n");
}

describe("the checker of manifests", () => {
  test.each<[string, string, string | RegExp, string, string]>([
    [
      "an unknown key",
      "fleet.yaml",
      "helm:",
      'helm:\n  releasName: "x"',
      'unknown key "helm.releasName"|unknown key "releasName"',
    ],
    [
      "a bundle name of 54 characters",
      "fleet.yaml",
      /seedbed-hr"/g,
      `seedbed-${"x".repeat(46)}"`,
      "must NOT have more than 53 characters",
    ],
    ["a name with capitals", "fleet.yaml", 'name: "seedbed-hr"', 'name: "Seedbed-hr"', "must match pattern"],
    [
      "a release of another name",
      "fleet.yaml",
      'releaseName: "seedbed-hr"',
      'releaseName: "seedbed-crm"',
      "seedbed-crm instead of seedbed-hr",
    ],
    ["force", "fleet.yaml", "force: false", "force: true", "correctDrift.force: must be false"],
    ["takeOwnership", "fleet.yaml", "helm:", "helm:\n  takeOwnership: true", 'unknown key "takeOwnership"'],
    ["a namespace for all objects", "fleet.yaml", "helm:", 'namespace: "x"\nhelm:', 'unknown key "namespace"'],
    ["another release namespace", "fleet.yaml", "seedbed-system", "default", 'must be "seedbed-system"'],
    [
      "two clusters",
      "fleet.yaml",
      '- clusterName: "rke-dev"',
      '- clusterName: "rke-dev"\n- clusterName: "prod"',
      "must NOT have more than 1 items",
    ],
    ["a key twice", "fleet.yaml", "helm:", 'name: "y"\nhelm:', "Map keys must be unique"],
    [
      "a string without quotes",
      "fleet.yaml",
      '"rke-dev"',
      "rke-dev",
      "manifest-unquoted .*fleet.yaml:15 .*rke-dev without quotes",
    ],
    [
      "a y without quotes",
      "40-database.yaml",
      "kubernetes.io/os: linux",
      "kubernetes.io/os: y",
      "has y without quotes",
    ],
    [
      "an octal number as text",
      "40-database.yaml",
      "kubernetes.io/os: linux",
      "kubernetes.io/os: 1_0",
      "has 1_0 without quotes",
    ],
    [
      "a date as text",
      "40-database.yaml",
      "kubernetes.io/os: linux",
      "kubernetes.io/os: 2026-11-22",
      "has 2026-11-22 without quotes",
    ],
    ["an alias", "30-storage.yaml", "labels:", "more: &a {}\n  labels: *a\n  other:", "uses a YAML alias"],
    ["broken YAML", "50-service.yaml", "spec:", "spec: [", "is not valid YAML"],
    ["a document without a kind", "50-service.yaml", "kind: Service\n", "", "which Fleet silently skips"],
    ["an empty document", "50-service.yaml", "---\n", "---\n---\n", "which Fleet silently skips"],
    ["managed-by", "40-database.yaml", "app.kubernetes.io/part-of", "app.kubernetes.io/managed-by", "Helm overwrites"],
    [
      "a label that is none",
      "10-namespace.yaml",
      "seedbed.dev/owner: ada",
      'seedbed.dev/owner: "ada "',
      'label seedbed.dev/owner with the invalid value "ada "',
    ],
    [
      "an object of another namespace",
      "50-service.yaml",
      "namespace: seedbed-hr",
      "namespace: seedbed-crm",
      "in namespace seedbed-crm instead of seedbed-hr",
    ],
    ["an object without a namespace", "50-service.yaml", "  namespace: seedbed-hr\n", "", "in namespace \\(none\\)"],
    [
      "a namespace that Helm would delete",
      "10-namespace.yaml",
      "    helm.sh/resource-policy: keep\n",
      "",
      "Namespace/seedbed-hr lacks",
    ],
    [
      "a volume that Helm would delete",
      "30-storage.yaml",
      "policy: keep",
      "policy: delete",
      "PersistentVolumeClaim/oradata lacks",
    ],
    ["an image by tag", "40-database.yaml", /hr@sha256:\w+/, "hr:latest", "hr:latest, which is not pinned by digest"],
    [
      "a subPath",
      "40-database.yaml",
      "mountPath: /dev/shm",
      "mountPath: /dev/shm\n          subPath: x",
      "mounts a subPath",
    ],
    ["a quantity that is not canonical", "30-storage.yaml", "40Gi", "40960Mi", "which the apiserver stores as 40Gi"],
    ["a quantity that is a number", "40-database.yaml", 'cpu: "2"', "cpu: 2", "cpu 2, which is not a quoted quantity"],
    [
      "an account that nobody makes",
      "40-database.yaml",
      "serviceAccountName: oracle",
      "serviceAccountName: root",
      "account root, which is not part of the bundle",
    ],
    [
      "a name with capitals in an object",
      "50-service.yaml",
      "name: oracle\n",
      "name: Oracle\n",
      "which Kubernetes does not accept",
    ],
    [
      "a name that is too long",
      "50-service.yaml",
      "name: oracle\n",
      `name: ${"o".repeat(64)}\n`,
      "64 characters; at most 63",
    ],
  ])("finds %s", (...row) => {
    const [, name, from, to, expected] = row;
    expect(said(edited(name, from, to))).toMatch(new RegExp(expected));
  });

  test("finds an object in two files, and names the first", () => {
    const files = renderManifests(hr);
    const storage = files.find((file) => file.path.endsWith("30-storage.yaml"));
    const more = { path: "environments/hr/manifests/60-more.yaml", text: storage?.text ?? "" };
    expect(said([...files, more])).toMatch(
      /manifest-twice .*60-more\.yaml:2 .*oradata, which is also in .*30-storage\.yaml/,
    );
  });

  test("finds a Secret, whatever its value", () => {
    const text = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\n  namespace: seedbed-hr\n";
    expect(said([...renderManifests(hr), { path: "environments/hr/manifests/60-x.yaml", text }])).toContain(
      "secret values must never be in git",
    );
  });

  test("finds a ConfigMap that the apiserver would not take", () => {
    const applyConfig = [{ path: "big.sql", text: "x".repeat(1_048_576) }];
    expect(said(renderManifests({ ...hr, applyConfig }))).toContain("a ConfigMap can have at most 1048576");
  });

  test("finds a folder without fleet.yaml and a file in no folder", () => {
    expect(said(renderManifests(hr).filter((file) => !file.path.endsWith("fleet.yaml")))).toContain("manifest-fleet");
    expect(said([{ path: "environments/hr/x.yaml", text: "" }])).toContain("manifest-path");
    expect(said([{ path: "environments/hr/manifests/sub/x.yaml", text: "" }])).toContain("manifest-path");
  });
});
