import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { renderApplyConfig } from "../../src/container/apply-config.ts";
import type { ManifestInput } from "../../src/manifests/manifest-input.ts";
import { renderManifests } from "../../src/manifests/render-manifests.ts";
import { digestOf } from "../lock/example-lock.ts";
import { placed } from "./example-input.ts";
import { overTls, withCertificates } from "./tls-input.ts";

function objectsOf(input: ManifestInput) {
  const files = renderManifests(input).filter(({ path }) => !path.endsWith("fleet.yaml"));
  return files.flatMap(({ text }) => parseAllDocuments(text).map((document) => document.toJS()));
}

function objectOf(input: ManifestInput, kind: string, name: string) {
  return objectsOf(input).find((object) => object.kind === kind && object.metadata.name === name);
}

const portsOf = (input: ManifestInput, service: string) =>
  objectOf(input, "Service", service).spec.ports.map(({ name, port }: { name: string; port: number }) => [name, port]);

describe("a database that is reached over TLS", () => {
  test("has both ports for the cluster, and for addresses outside of it only the one over TLS", () => {
    const both = [
      ["listener", 1521],
      ["tcps", 2484],
    ];
    expect([portsOf(overTls, "oracle"), portsOf(overTls, "oracle-pods")]).toEqual([both, both]);
    expect(portsOf(overTls, "oracle-outside")).toEqual([["tcps", 2484]]);
    const rules = objectOf(overTls, "NetworkPolicy", "clients").spec.ingress;
    const opened = rules.map(({ from, ports }: { from: object[]; ports: { port: number }[] }) => [
      from.some((peer) => "ipBlock" in peer),
      ports.map(({ port }) => port),
    ]);
    expect(opened).toEqual([
      [false, [1521, 2484]],
      [true, [2484]],
    ]);
  });

  test("mounts the whole Secret, readable for its group alone, at a place of its own", () => {
    const { spec } = objectOf(overTls, "StatefulSet", "oracle").spec.template;
    const volume = spec.volumes.find(({ name }: { name: string }) => name === "secret-oracle-tls");
    expect(volume).toEqual({ name: "secret-oracle-tls", secret: { secretName: "oracle-tls", defaultMode: 0o440 } });
    expect(spec.containers[0].volumeMounts).toContainEqual({
      name: "secret-oracle-tls",
      mountPath: "/run/secrets/seedbed/oracle-tls",
      readOnly: true,
    });
  });

  test("has a Certificate for every name of its Services where cert-manager makes it, and a common name that fits", () => {
    const { spec } = objectOf(overTls, "Certificate", "oracle-tls");
    expect(spec.secretName).toBe("oracle-tls");
    expect(spec.issuerRef).toEqual({ group: "cert-manager.io", kind: "ClusterIssuer", name: "internal-ca" });
    for (const { metadata } of objectsOf(overTls).filter(({ kind }) => kind === "Service"))
      expect(spec.dnsNames).toContain(`${metadata.name}.${metadata.namespace}.svc.cluster.local`);
    const longest = { ...overTls, database: "a".repeat(40) };
    // RFC 5280, ub-common-name.
    expect(objectOf(longest, "Certificate", "oracle-tls").spec.commonName.length).toBeLessThanOrEqual(64);
  });

  test("has no Certificate and no ExternalSecret for a Secret that is there already", () => {
    const existing = withCertificates({ kind: "existing", name: "ledger-tls" });
    const kinds = objectsOf(existing).map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(kinds.filter((name) => name.includes("tls") || name.startsWith("Certificate"))).toEqual([]);
    const { volumes } = objectOf(existing, "StatefulSet", "oracle").spec.template.spec;
    expect(volumes.map(({ name }: { name: string }) => name)).toContain("secret-ledger-tls");
  });
});

test("certificates of a cluster change nothing for a database that asks for none", () => {
  expect(renderManifests({ ...placed, settings: overTls.settings })).toEqual(renderManifests(placed));
});

test("the container is told the Secret's name, and nothing where there is none", () => {
  const { database: target } = placed.request;
  const env = (tlsSecret: string | null) =>
    renderApplyConfig({ applyInputs: digestOf("1"), target, postImport: [], tlsSecret }).find(
      ({ path }) => path === "apply.env",
    )!.text;
  expect(env("oracle-tls")).toBe(`${env(null)}TLS_SECRET=oracle-tls\n`);
});
