import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { missingForControlPlane } from "../assets.ts";
import type { ClusterObject } from "../cluster-object.ts";
import type { ControlPlane } from "../control-plane.ts";
import { startPlaneWithKinds } from "./plane-with-kinds.ts";
import { goldenTrees, objectOf } from "./trees.ts";

/** Changes one value deep in an object: the steps to it, and what becomes of it there; `undefined` takes it away. */
type Mistake = [path: string, value: unknown];

/** What is wrong; the object, as `Kind` or `Kind/name`; the mistake; and what the server says of it. */
const MISTAKES: [what: string, object: string, mistake: Mistake, said: RegExp][] = [
  [
    "an unknown field",
    "StatefulSet",
    ["spec.template.spec.containers.0.imagePulPolicy", "Always"],
    /unknown field "spec\.template\.spec\.containers\[0\]\.imagePulPolicy"/,
  ],
  ["an unknown field at the top", "ConfigMap/seed", ["dada", {}], /unknown field "dada"/],
  ["a text where a number belongs", "StatefulSet", ["spec.replicas", "one"], /cannot unmarshal string/],
  ["a number as a label", "Namespace", ["metadata.labels.seedbed\\.dev/owner", 5], /cannot unmarshal number/],
  [
    "a label with a space",
    "PersistentVolumeClaim",
    ["metadata.labels.seedbed\\.dev/owner", "a b"],
    /metadata\.labels: Invalid value: "a b"/,
  ],
  [
    "a label of 64 characters",
    "Service/oracle",
    ["metadata.labels.seedbed\\.dev/owner", "a".repeat(64)],
    /must be no more than 63/,
  ],
  [
    "a label's name with two slashes",
    "Service/oracle",
    ["metadata.labels.a/b/c", "d"],
    /metadata\.labels: Invalid value: "a\/b\/c"/,
  ],
  [
    "an annotation's name with a space",
    "StatefulSet",
    ["metadata.annotations.a b", "c"],
    /metadata\.annotations: Invalid value: "a b"/,
  ],
  ["a name in capitals", "Service/oracle", ["metadata.name", "Oracle"], /metadata\.name: Invalid value: "Oracle"/],
  ["a namespace of 64 characters", "Namespace", ["metadata.name", "a".repeat(64)], /must be no more than 63/],
  ["no name", "ServiceAccount", ["metadata.name", undefined], /name or generateName is required/],
  [
    "a namespace that is not there",
    "ServiceAccount",
    ["metadata.namespace", "nowhere"],
    /namespaces "nowhere" not found/,
  ],
  [
    "a quantity with a wrong unit",
    "StatefulSet",
    ["spec.template.spec.containers.0.resources.limits.memory", "4GiB"],
    /quantities must match/,
  ],
  ["a quantity of a quota that is none", "ResourceQuota", ["spec.hard.pods", "2x"], /quantities must match/],
  ["a quota in parts of a pod", "ResourceQuota", ["spec.hard.pods", "1500m"], /must be an integer/],
  [
    "a limit below its request",
    "StatefulSet",
    ["spec.template.spec.containers.0.resources.limits.cpu", "1"],
    /must be less than or equal to cpu limit/,
  ],
  [
    "a default above its maximum",
    "LimitRange",
    ["spec.limits.0.default.cpu", "64"],
    /default value 64 is greater than max value/,
  ],
  [
    "a port that is given twice",
    "Service/oracle",
    ["spec.ports.1", { name: "again", port: 1521, protocol: "TCP" }],
    /spec\.ports\[1\]: Duplicate value/,
  ],
  [
    "a port's name that is given twice",
    "Service/oracle",
    ["spec.ports.1", { name: "listener", port: 2484 }],
    /spec\.ports\[1\]\.name: Duplicate value/,
  ],
  ["a port that there is none of", "Service/oracle", ["spec.ports.0.port", 70_000], /must be between 1 and 65535/],
  [
    "a container port's name of 16 characters",
    "StatefulSet",
    ["spec.template.spec.containers.0.ports.0.name", "a".repeat(16)],
    /must be no more than 15 characters/,
  ],
  [
    "an address on a headless service's type",
    "Service/oracle-pods",
    ["spec.type", "LoadBalancer"],
    /may not be set to 'None' for LoadBalancer services/,
  ],
  [
    "a type of service that there is none of",
    "Service/oracle",
    ["spec.type", "Cluster"],
    /Unsupported value: "Cluster"/,
  ],
  [
    "a pull policy that there is none of",
    "StatefulSet",
    ["spec.template.spec.containers.0.imagePullPolicy", "Sometimes"],
    /Unsupported value: "Sometimes"/,
  ],
  [
    "an access mode that there is none of",
    "PersistentVolumeClaim",
    ["spec.accessModes.0", "ReadWriteTwice"],
    /Unsupported value: "ReadWriteTwice"/,
  ],
  [
    "a claim without a size",
    "PersistentVolumeClaim",
    ["spec.resources", undefined],
    /spec\.resources\[storage\]: Required value/,
  ],
  [
    "an operator that there is none of",
    "NetworkPolicy/clients",
    ["spec.ingress.0.from.0.namespaceSelector.matchExpressions.0.operator", "Into"],
    /not a valid selector operator/,
  ],
  [
    "a selector that does not fit",
    "StatefulSet",
    ["spec.selector.matchLabels.app\\.kubernetes\\.io/instance", "other"],
    /`selector` does not match template `labels`/,
  ],
  [
    "a container without an image",
    "StatefulSet",
    ["spec.template.spec.containers.0.image", ""],
    /containers\[0\]\.image: Required value/,
  ],
  ["no container", "StatefulSet", ["spec.template.spec.containers", []], /spec\.containers: Required value/],
  [
    "a volume that is given twice",
    "StatefulSet",
    ["spec.template.spec.volumes.1.name", "oradata"],
    /volumes\[1\]\.name: Duplicate value: "oradata"/,
  ],
  [
    "a mount of no volume",
    "StatefulSet",
    ["spec.template.spec.containers.0.volumeMounts.0.name", "other"],
    /volumeMounts\[0\]\.name: Not found: "other"/,
  ],
  [
    "two mounts at one place",
    "StatefulSet",
    ["spec.template.spec.containers.0.volumeMounts.1.mountPath", "/opt/oracle/oradata"],
    /must be unique/,
  ],
  [
    "a file out of its volume",
    "StatefulSet",
    ["spec.template.spec.volumes.1.configMap.items.0.path", "../seed.env"],
    /must not contain '\.\.'/,
  ],
  [
    "a mode that there is none of",
    "StatefulSet",
    ["spec.template.spec.volumes.1.configMap.defaultMode", 5000],
    /must be a number between 0 and 0777/,
  ],
  [
    "a user that there is none of",
    "StatefulSet",
    ["spec.template.spec.securityContext.runAsUser", -1],
    /runAsUser: Invalid value: -1/,
  ],
  [
    "privileged without escalation",
    "StatefulSet",
    ["spec.template.spec.containers.0.securityContext", { privileged: true, allowPrivilegeEscalation: false }],
    /cannot set `allowPrivilegeEscalation` to false and `privileged` to true/,
  ],
  [
    "two ways to probe",
    "StatefulSet",
    ["spec.template.spec.containers.0.livenessProbe.tcpSocket", { port: 1521 }],
    /may not specify more than 1 handler type/,
  ],
  [
    "a readiness that takes two successes of liveness",
    "StatefulSet",
    ["spec.template.spec.containers.0.livenessProbe.successThreshold", 2],
    /successThreshold: Invalid value: 2: must be 1/,
  ],
  ["a key with a slash", "ConfigMap/seed", ["data.a/b", "c"], /data\[a\/b\]: Invalid value/],
  [
    "more than a mebibyte",
    "ConfigMap/seed",
    ["data.big", "x".repeat(1024 * 1024)],
    /Too long: may not be more than 1048576 bytes/,
  ],
  [
    "a budget that says both",
    "PodDisruptionBudget",
    ["spec.minAvailable", 1],
    /minAvailable and maxUnavailable cannot be both set/,
  ],
  [
    "an unknown field of a foreign kind",
    "ExternalSecret",
    ["spec.target.deletePolicy", "Retain"],
    /unknown field "spec\.target\.deletePolicy"/,
  ],
  [
    "a value that a foreign kind has not",
    "ExternalSecret",
    ["spec.target.deletionPolicy", "Keep"],
    /Unsupported value: "Keep"/,
  ],
  [
    "a foreign kind without what it requires",
    "ExternalSecret",
    ["spec.data.0.remoteRef", undefined],
    /spec\.data\[0\]\.remoteRef: Required value/,
  ],
];

/** What may never change once an object is there; a change of it, and what the server says. */
const FIXED: [what: string, object: string, mistake: Mistake, said: RegExp][] = [
  [
    "the service of a StatefulSet",
    "StatefulSet",
    ["spec.serviceName", "other"],
    /updates to statefulset spec for fields other than/,
  ],
  [
    "how a StatefulSet replaces its pods",
    "StatefulSet",
    ["spec.podManagementPolicy", "OrderedReady"],
    /updates to statefulset spec for fields other than/,
  ],
  [
    "how a claim is mounted",
    "PersistentVolumeClaim",
    ["spec.accessModes.0", "ReadWriteMany"],
    /spec is immutable after creation/,
  ],
  [
    "the size of a claim downwards",
    "PersistentVolumeClaim",
    ["spec.resources.requests.storage", "1Gi"],
    /spec is immutable after creation|can not be less than/,
  ],
  [
    "a headless service",
    "Service/oracle-pods",
    ["spec.clusterIP", "10.0.0.77"],
    /clusterIPs?\[0\]: Invalid value.*(?:may not change once set|field is immutable)/,
  ],
];

describe.skipIf(missingForControlPlane() !== null)("a real API server", () => {
  const tree = goldenTrees().find(({ name }) => name === "golden environments/hr")!;
  let plane: ControlPlane;
  beforeAll(async () => {
    plane = await startPlaneWithKinds();
    await plane.client.apply(objectOf(tree, "Namespace"));
  });
  afterAll(() => plane?.close());

  const find = (name: string): ClusterObject => objectOf(tree, ...(name.split("/") as [string, string?]));

  test.each(MISTAKES)("refuses %s", async (_, name, [path, value], said) => {
    const object = find(name);
    if (object.kind !== "Namespace")
      expect(await plane.client.create(object, { dryRun: true })).toMatchObject({ status: 201, message: "" });
    const { status, message } = await plane.client.create(changed(object, path, value), { dryRun: true });
    expect({ status, message }).toEqual({
      status: expect.any(Number) as number,
      message: expect.stringMatching(said) as string,
    });
    expect([400, 403, 404, 413, 422]).toContain(status);
  });

  test("refuses a key that a file gives twice", async () => {
    const object = find("StatefulSet");
    const text = stringify(object).replace("  replicas: 1\n", "  replicas: 1\n  replicas: 2\n");
    const { status, message } = await plane.client.createText(text, object, { dryRun: true });
    expect([status, message]).toEqual([400, expect.stringContaining('key "replicas" already set in map')]);
  });

  test("refuses the same in an apply", async () => {
    const object = changed(find("StatefulSet"), "spec.replics", 1);
    const { status, message } = await plane.client.apply(object, { dryRun: true });
    expect([status, message]).toEqual([500, expect.stringContaining(".spec.replics: field not declared in schema")]);
  });

  test.each(FIXED)("never changes %s", async (_, name, [path, value], said) => {
    const object = find(name);
    expect((await plane.client.apply(object)).status).toBeLessThan(300);
    const { status, message } = await plane.client.apply(changed(object, path, value), { dryRun: true });
    expect([status, message]).toEqual([422, expect.stringMatching(said)]);
  });

  test("keeps the fields of another manager, and says which", async () => {
    const object = find("ServiceAccount");
    expect((await plane.client.apply(object)).status).toBeLessThan(300);
    const other = changed(object, "automountServiceAccountToken", true);
    const { status, reason, message } = await plane.client.apply(other, { fieldManager: "somebody" });
    expect([status, reason]).toEqual([409, "Conflict"]);
    expect(message).toMatch(/conflicts? with "seedbed"/);
    expect((await plane.client.apply(other, { fieldManager: "somebody", force: true })).status).toBe(200);
  });
});

/** A copy with one value changed. Steps are divided by dots; a dot of a name has a backslash in front. */
function changed(object: ClusterObject, path: string, value: unknown): ClusterObject {
  const copy = structuredClone(object);
  const steps = path.split(/(?<!\\)\./).map((step) => step.replaceAll("\\", ""));
  const last = steps.pop()!;
  const place = steps.reduce((inner, step) => inner[step] as Record<string, unknown>, copy as Record<string, unknown>);
  if (value === undefined) delete place[last];
  else place[last] = value;
  return copy;
}
