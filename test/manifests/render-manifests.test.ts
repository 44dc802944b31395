import { readdirSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { checkManifests } from "../../src/manifests/check-manifests.ts";
import type { KubernetesObject, ManifestInput } from "../../src/manifests/manifest-input.ts";
import { renderManifests } from "../../src/manifests/render-manifests.ts";
import { hr, placed, reports } from "./example-input.ts";
import { overTls } from "./tls-input.ts";

interface Pod {
  metadata: { annotations: Record<string, string> };
  spec: {
    containers: { image: string; securityContext: object; volumeMounts: { name: string; mountPath: string }[] }[];
    volumes: { name: string; configMap?: { items?: { key: string; path: string }[] }; secret?: object }[];
  };
}

function objectsOf(input: ManifestInput): KubernetesObject[] {
  const files = renderManifests(input).filter((file) => !file.path.endsWith("fleet.yaml"));
  return files.flatMap((file) => parseAllDocuments(file.text).map((document) => document.toJS() as KubernetesObject));
}

function objectOf(input: ManifestInput, kind: string, name?: string): KubernetesObject {
  const found = objectsOf(input).filter(
    (object) => object.kind === kind && (name ?? object.metadata.name) === object.metadata.name,
  );
  expect(found.length).toBeGreaterThan(0);
  return found[0] as KubernetesObject;
}

function podOf(input: ManifestInput): Pod {
  return (objectOf(input, "StatefulSet")["spec"] as { template: Pod }).template;
}

function fleetOf(input: ManifestInput): string {
  return renderManifests(input).find((file) => file.path.endsWith("fleet.yaml"))?.text ?? "";
}

describe("the rendered tree", () => {
  test.each([hr, reports, placed, overTls])(
    "of $database is the golden one, file by file, and nothing else stands there",
    async (input) => {
      const files = renderManifests(input);
      for (const { path, text } of files) await expect(text).toMatchFileSnapshot(`golden/${path}`);
      const folder = new URL(`golden/environments/${input.database}/manifests/`, import.meta.url);
      expect(readdirSync(folder).toSorted()).toEqual(files.map((file) => file.path.split("/").at(-1)!).toSorted());
    },
  );

  test("passes its own checker", () => {
    expect(
      checkManifests([
        ...renderManifests(hr),
        ...renderManifests(reports),
        ...renderManifests(placed),
        ...renderManifests(overTls),
      ]),
    ).toEqual([]);
  });

  test("is the same bytes for the same input, in whatever order files and maps come", () => {
    const shuffled: ManifestInput = {
      ...structuredClone(hr),
      seedConfig: hr.seedConfig.toReversed(),
      applyConfig: hr.applyConfig.toReversed(),
    };
    shuffled.request.database.users.reverse();
    shuffled.request.database.access.namespaces.reverse();
    expect(renderManifests(shuffled)).toEqual(renderManifests(hr));
  });

  test("holds no time and no name of a machine", () => {
    const text = renderManifests(hr)
      .map((file) => file.text)
      .join("");
    expect(text).not.toMatch(/\d{4}-\d{2}-\d{2}T/);
    expect(text).not.toMatch(/managed-by/);
  });

  test("gives back every script byte for byte, for readers of YAML 1.1 and 1.2", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }).filter((one) => one.isWellFormed()),
      fc
        .array(fc.constantFrom(" ", "\n", "\t", "\r\n", "#", "y", ":", "-", "---", "{{ .x }}", "\u0085", "\u2028"), {
          maxLength: 12,
        })
        .map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(text, (script) => {
        const input = { ...hr, applyConfig: [{ path: "sql/10-configure.sql", text: script }] };
        const file = renderManifests(input).find((one) => one.path.endsWith("40-database.yaml"));
        for (const version of ["1.1", "1.2"] as const) {
          const all = parseAllDocuments(file?.text ?? "", { version });
          const map = all
            .map((document) => document.toJS() as KubernetesObject)
            .find((one) => one.metadata.name === "apply");
          expect(map?.["data"]).toEqual({ "sql.10-configure.sql": script });
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("fleet.yaml", () => {
  test("carries renderer and request on one line, and no other file does", () => {
    const [line] = fleetOf(hr).split("\n");
    expect(line).toContain("seedbed 0.1.0");
    expect(line).toContain(hr.requestDigest);
    const others = renderManifests({ ...hr, requestDigest: reports.requestDigest, rendererVersion: "9.9.9" });
    const changed = others.filter((file, at) => file.text !== renderManifests(hr)[at]?.text);
    expect(changed.map((file) => file.path)).toEqual(["environments/hr/manifests/fleet.yaml"]);
  });

  test("has one name for bundle and release, of at most 53 characters for the longest database", () => {
    const longest = { ...hr, database: `a${"b".repeat(39)}` };
    const fleet = parse(fleetOf(longest)) as { name: string; helm: { releaseName: string } };
    expect(fleet.name).toBe(`seedbed-${longest.database}`);
    expect(fleet.helm.releaseName).toBe(fleet.name);
    expect(fleet.name.length).toBeLessThanOrEqual(53);
    expect(checkManifests(renderManifests(longest))).toEqual([]);
  });

  test("says that a seed is pending while request and lock differ, and the StatefulSet says it too", () => {
    expect(fleetOf(hr)).not.toContain("seed pending");
    expect(fleetOf(reports)).toContain("# seed pending");
    const wantedSeed = { ...hr.wantedSeed, scope: [] };
    expect(fleetOf({ ...hr, wantedSeed })).toContain("# seed pending");
    expect(objectOf({ ...hr, wantedSeed }, "StatefulSet").metadata.annotations?.["seedbed.dev/seed"]).toBe("pending");
  });
});

describe("the database's pod", () => {
  test("does not exist before the first image, and then runs that image by digest", () => {
    expect(objectOf(reports, "StatefulSet")["spec"]).toMatchObject({ replicas: 0 });
    expect(objectOf(hr, "StatefulSet")["spec"]).toMatchObject({ replicas: 1 });
    expect(podOf(hr).spec.containers[0]?.image).toBe(`registry.example/dev/hr@${hr.lock.image?.digest}`);
  });

  test("restarts for another seed configuration, not for another applied one", () => {
    const applied = [{ path: "apply.env", text: "ON_FAILURE=hold\n" }, ...hr.applyConfig.slice(1)];
    expect(podOf({ ...hr, applyConfig: applied })).toEqual(podOf(hr));
    const seeded = [{ path: "seed.env", text: "DATABASE=other\n" }, ...hr.seedConfig.slice(1)];
    expect(podOf({ ...hr, seedConfig: seeded })).not.toEqual(podOf(hr));
  });

  test("does not restart for the first parameter, grant or user, or for the last that goes", () => {
    const sparse = hr.applyConfig.filter((file) => !file.path.startsWith("sql/"));
    const full = [...hr.applyConfig, { path: "parameters.tsv", text: "x\t1\n" }, { path: "users.tsv", text: "" }];
    expect(podOf({ ...hr, applyConfig: full })).toEqual(podOf({ ...hr, applyConfig: sparse }));
    const script = [...hr.applyConfig, { path: "sql/11-configure.sql", text: "" }];
    expect(podOf({ ...hr, applyConfig: script })).not.toEqual(podOf(hr));
  });

  test("does not restart for another owner, expiry, size, clients or generation", () => {
    const request = structuredClone(hr.request);
    Object.assign(request, { owner: "lin" });
    Object.assign(request.database, { expires: "2028-01-01", access: { namespaces: [] } });
    request.database.storage.size = "80Gi";
    const lock = { ...hr.lock, generation: 9 };
    expect(podOf({ ...hr, request, lock })).toEqual(podOf(hr));
  });

  test("mounts both configurations as whole directories, paths restored from keys", () => {
    const pod = podOf(hr);
    const mounts = pod.spec.containers[0]?.volumeMounts ?? [];
    expect(mounts).toContainEqual({ name: "seed", mountPath: "/etc/seedbed/seed", readOnly: true });
    expect(mounts).toContainEqual({ name: "apply", mountPath: "/etc/seedbed/apply", readOnly: true });
    const seed = pod.spec.volumes.find((volume) => volume.name === "seed");
    expect(seed?.configMap?.items).toContainEqual({ key: "sql.10-prepare.sql", path: "sql/10-prepare.sql" });
    const data = objectOf(hr, "ConfigMap", "seed")["data"] as Record<string, string>;
    expect(Object.keys(data)).toEqual(seed?.configMap?.items?.map((item) => item.key));
  });

  test("gets each Secret once, with the used keys, below /run/secrets/seedbed", () => {
    const mounts = podOf(hr).spec.containers[0]?.volumeMounts ?? [];
    expect(mounts.filter((mount) => mount.mountPath.startsWith("/run/secrets"))).toEqual([
      { name: "secret-hr-app", mountPath: "/run/secrets/seedbed/hr-app", readOnly: true },
    ]);
  });

  test("may escalate only where the base image starts through su", () => {
    expect(podOf(hr).spec.containers[0]?.securityContext).toMatchObject({ allowPrivilegeEscalation: true });
    expect(podOf(reports).spec.containers[0]?.securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
    });
  });
});

describe("access", () => {
  test("asks the store below seedbed/<database>/ only", () => {
    const spec = objectOf(hr, "ExternalSecret")["spec"] as { data: { remoteRef: { key: string } }[] };
    expect(spec.data.map((entry) => entry.remoteRef.key)).toEqual(["seedbed/hr/hr-app", "seedbed/hr/hr-app"]);
  });

  test("renders no secret where they exist already", () => {
    expect(objectsOf(reports).map((object) => object.kind)).not.toContain("ExternalSecret");
  });

  test("lets nobody in and nothing out unless the request says so", () => {
    const policies = objectsOf(reports).filter((object) => object.kind === "NetworkPolicy");
    expect(policies.map((policy) => policy["spec"])).toEqual([{ podSelector: {}, policyTypes: ["Ingress", "Egress"] }]);
  });

  test("lets every namespace in for a single star", () => {
    const request = structuredClone(hr.request);
    request.database.access.namespaces = ["hr-web", "*"];
    expect(objectOf({ ...hr, request }, "NetworkPolicy", "clients")["spec"]).toMatchObject({
      ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ protocol: "TCP", port: 1521 }] }],
    });
  });
});

describe("settings that lack what the request names", () => {
  test.each([
    ["cluster", { placement: { cluster: "moon", project: "sandbox" } }, /no cluster moon/],
    ["project", { placement: { cluster: "lab", project: "dev-databases" } }, /no project dev-databases in cluster lab/],
    ["base", { database: { ...reports.request.database, base: "toString" } }, /no base toString/],
  ])("%s: nothing is rendered, and the error names it", (_, more, said) => {
    expect(() => renderManifests({ ...reports, request: { ...reports.request, ...more } })).toThrow(said);
  });

  test("two files with one key are refused", () => {
    const seedConfig = [
      { path: "sql/a.sql", text: "" },
      { path: "sql.a.sql", text: "" },
    ];
    expect(() => renderManifests({ ...hr, seedConfig })).toThrow(/cannot be a file of a ConfigMap beside/);
    expect(() => renderManifests({ ...hr, seedConfig: [{ path: "../x", text: "" }] })).toThrow(/cannot be a file/);
  });
});
