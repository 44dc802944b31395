import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { emptyLock } from "../../src/lock/advance-lock.ts";
import type { Lock } from "../../src/lock/lock.ts";
import type { ManifestInput } from "../../src/manifests/manifest-input.ts";
import { renderManifests } from "../../src/manifests/render-manifests.ts";
import { workloadsOf } from "../../src/settings/workloads-of.ts";
import { volumeOf } from "../../src/manifests/volume.ts";
import { canonicalBlock, isWithin } from "../../src/document/ipv4-block.ts";
import { hr, placed, platformSettings } from "./example-input.ts";

function objectOf(input: ManifestInput, kind: string, name: string) {
  const files = renderManifests(input).filter(({ path }) => !path.endsWith("fleet.yaml"));
  const objects = files.flatMap(({ text }) => parseAllDocuments(text).map((document) => document.toJS()));
  return objects.find((object) => object.kind === kind && object.metadata.name === name);
}

const pod = (input: ManifestInput) => objectOf(input, "StatefulSet", "oracle").spec.template;

describe("what the settings say of a cluster's databases", () => {
  test("counts for a project as the project has it, with the cluster's maps beside its own", () => {
    expect(pod(placed).spec.nodeSelector).toEqual({
      "example.com/disk": "nvme",
      "example.com/pool": "oracle",
      "kubernetes.io/os": "linux",
      "kubernetes.io/arch": "amd64",
    });
    expect(pod(placed).spec.priorityClassName).toBe("databases");
    expect(pod(placed).spec.tolerations).toHaveLength(2);
    const elsewhere = {
      ...placed,
      request: { ...placed.request, placement: { cluster: "rke-dev", project: "sandbox" } },
    };
    expect(pod(elsewhere).spec.priorityClassName).toBe("development");
    expect(objectOf(elsewhere, "Namespace", "seedbed-shop").metadata.annotations).not.toHaveProperty(
      "field.cattle.io/resourceQuota",
    );
  });

  test("has a project's own list instead of the cluster's, and its Service's annotations beside the cluster's", () => {
    const settings = structuredClone(platformSettings);
    settings.clusters["rke-dev"]!.project_workloads!["dev-databases"]!.network = {
      client_namespaces: ["tracing"],
      service_annotations: { "example.com/zone": "a" },
    };
    const { network } = workloadsOf(settings, placed.request.placement);
    expect(network).toMatchObject({ client_namespaces: ["tracing"], source_ranges: ["10.20.0.0/16"] });
    expect(objectOf({ ...placed, settings }, "Service", "oracle-outside").metadata.annotations).toMatchObject({
      "metallb.io/address-pool": "internal",
      "example.com/zone": "a",
    });
  });

  test("is on every object and on the pod, and takes no name from Seedbed's own", () => {
    const files = renderManifests(placed).filter(({ path }) => !path.endsWith("fleet.yaml"));
    for (const { text } of files)
      for (const document of parseAllDocuments(text)) {
        const { metadata } = document.toJS();
        expect(metadata.labels).toMatchObject({ "example.com/cost-centre": "0815", "example.com/area": "data" });
        expect(metadata.annotations).toMatchObject({ "backup.velero.io/backup-volumes": "oradata" });
      }
    expect(pod(placed).metadata.labels).toMatchObject({ "example.com/cost-centre": "0815" });
    expect(pod(placed).metadata.annotations).toMatchObject({ "backup.velero.io/backup-volumes": "oradata" });
    const selector = objectOf(placed, "StatefulSet", "oracle").spec.selector.matchLabels;
    expect(selector).toEqual(
      objectOf({ ...placed, settings: hr.settings }, "StatefulSet", "oracle").spec.selector.matchLabels,
    );
  });

  test("gives the same bytes whatever order its maps have", () => {
    const settings = structuredClone(platformSettings);
    const workloads = settings.clusters["rke-dev"]!.workloads!;
    workloads.metadata!.labels = Object.fromEntries(Object.entries(workloads.metadata!.labels!).toReversed());
    expect(renderManifests({ ...placed, settings })).toEqual(renderManifests(placed));
  });
});

describe("the login for pulling", () => {
  test("is on the service account, so that another one restarts nothing", () => {
    const with_ = { ...hr, settings: platformSettings };
    const account = (input: ManifestInput) => objectOf(input, "ServiceAccount", "oracle").imagePullSecrets;
    expect([account(hr), account(with_)]).toEqual([undefined, [{ name: "seedbed-pull" }]]);
    expect(pod(with_).spec).not.toHaveProperty("imagePullSecrets");
    const seeds = { ...platformSettings.registries.seeds, pull_secret: { kind: "existing" as const, name: "pull" } };
    const existing = { ...with_, settings: { ...platformSettings, registries: { seeds } } };
    expect(account(existing)).toEqual([{ name: "pull" }]);
    expect(objectOf(existing, "ExternalSecret", "seedbed-pull")).toBeUndefined();
  });
});

describe("a volume", () => {
  const volume = (lock: Lock, more: Partial<ManifestInput> = {}) => volumeOf({ ...placed, ...more, lock });

  test("of a new database has the class that it asks for, else the settings'", () => {
    expect(volume(emptyLock("shop"))).toEqual({ size: "40Gi", access_mode: "ReadWriteOncePod", class: "cheap" });
    const request = structuredClone(placed.request);
    delete request.database.storage.class;
    expect(volume(emptyLock("shop"), { request }).class).toBe("fast");
    expect(volume(emptyLock("shop"), { request, settings: hr.settings })).toEqual({
      size: "40Gi",
      access_mode: "ReadWriteOnce",
    });
  });

  test("stays what it was created with, whatever settings say later", () => {
    const lock = { ...hr.lock, volume: { size: "20Gi", access_mode: "ReadWriteOnce" as const, class: "old" } };
    expect(volume(lock)).toEqual({ size: "40Gi", access_mode: "ReadWriteOnce", class: "old" });
    const { volume: _, ...before } = lock;
    expect(volume(before)).toEqual({ size: "40Gi", access_mode: "ReadWriteOnce" });
  });
});

test("a stopped database has no pod and keeps everything else", () => {
  const stopped = { ...hr, request: { ...hr.request, database: { ...hr.request.database, stopped: true } } };
  const [before, after] = [hr, stopped].map((input) => renderManifests(input));
  const changed = after!.filter(({ text }, index) => text !== before![index]!.text);
  expect(changed.map(({ text }) => text)).toEqual([before![4]!.text.replace("replicas: 1", "replicas: 0")]);
});

test("blocks of addresses are compared by their bits", () => {
  expect(isWithin("10.20.30.0/24", "10.20.0.0/16")).toBe(true);
  expect(isWithin("10.20.0.0/16", "10.20.30.0/24")).toBe(false);
  expect(isWithin("10.21.0.0/24", "10.20.0.0/16")).toBe(false);
  expect(isWithin("255.255.255.255/32", "0.0.0.0/0")).toBe(true);
  expect(canonicalBlock("10.20.30.77/20")).toBe("10.20.16.0/20");
});
