import { describe, expect, test } from "vitest";
import { judgeStatus } from "../../src/cluster/judge-status.ts";
import { describeVolume } from "../../src/cluster/judge-workload.ts";
import type { Observation, Warning } from "../../src/cluster/observation.ts";
import type { LiveObject } from "../../src/ports/cluster.ts";
import { absent, denied, log, observe, read } from "./observed.ts";
import { ago, claim, NOT_READY, pod } from "./pod-shapes.ts";

const namespace = (metadata: object = {}): LiveObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: "seedbed-hr", ...metadata },
});
const statefulSet = (replicas: number): LiveObject => ({
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "oracle", namespace: "seedbed-hr" },
  spec: { replicas },
});
const warn = (kind: string, reason: string, message: string): Warning => ({
  kind,
  name: kind === "Pod" ? "oracle-0" : kind === "StatefulSet" ? "oracle" : "oradata",
  reason,
  message,
});
const waiting = (reason: string, message = "", more: object = {}) =>
  read(pod({ phase: "Pending", ...NOT_READY }, { state: { waiting: { reason, message } }, ...more }));
const crashed = (terminated: object, restartCount = 4) =>
  read(
    pod(NOT_READY, {
      restartCount,
      state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 40s restarting failed container" } },
      lastState: { terminated: { exitCode: 86, reason: "Error", ...terminated } },
    }),
  );

const FAILED =
  'seedbed phase=imported event=fail code=import-failed text="ORA-39083: \\"HR\\".\\"T\\" is not there" fix="Allow the code, or export it."';

interface Row {
  name: string;
  seen: Observation;
  health: string;
  code: string;
  says?: RegExp;
}

/** A pod that the scheduler places nowhere, for long enough. */
function unscheduled(message: string, code: string, says = /Unschedulable/) {
  const conditions = [
    { type: "PodScheduled", status: "False", reason: "Unschedulable", message, lastTransitionTime: ago(900) },
  ];
  return {
    name: message,
    seen: observe({ pod: read(pod({ phase: "Pending", conditions })) }),
    health: "broken",
    code,
    says,
  };
}

/**
 * Kubernetes' own words: pkg/kubelet/images (ErrImagePull, ImagePullBackOff), pkg/volume/secret ("references non-existent secret
 * key"), pkg/scheduler ("unbound immediate PersistentVolumeClaims"), pkg/controller/statefulset (FailedCreate), all of v1.36.
 */
const ROWS: Row[] = [
  {
    name: "a pod of the wrong image",
    seen: observe({ image: `registry.example/dev/hr@sha256:${"2".repeat(64)}` }),
    health: "working",
    code: "image-old",
  },
  {
    name: "an image that cannot be pulled",
    seen: observe({
      pod: waiting(
        "ImagePullBackOff",
        'Back-off pulling image "registry.example/dev/hr": unauthorized: authentication required',
      ),
    }),
    health: "broken",
    code: "image-not-pulled",
    says: /unauthorized/,
  },
  {
    name: "a Secret that is missing",
    seen: observe({
      pod: waiting("ContainerCreating"),
      workload: {
        warnings: read([
          warn("Pod", "FailedMount", 'MountVolume.SetUp failed for volume "secret-hr-app" : secret "hr-app" not found'),
        ]),
      },
    }),
    health: "broken",
    code: "secret-missing",
  },
  {
    name: "a Secret without the key",
    seen: observe({
      pod: waiting("ContainerCreating"),
      workload: {
        warnings: read([
          warn(
            "Pod",
            "FailedMount",
            'MountVolume.SetUp failed for volume "secret-hr-app" : references non-existent secret key: password',
          ),
        ]),
      },
    }),
    health: "broken",
    code: "secret-key-missing",
  },
  {
    name: "a claim that is not bound",
    seen: observe({
      pod: read(
        pod({
          phase: "Pending",
          conditions: [
            {
              type: "PodScheduled",
              status: "False",
              reason: "Unschedulable",
              message: "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.",
              lastTransitionTime: ago(900),
            },
          ],
        }),
      ),
      workload: {
        claim: read(claim("Pending")),
        warnings: read([
          warn("PersistentVolumeClaim", "ProvisioningFailed", 'storageclass.storage.k8s.io "fast" not found'),
        ]),
      },
    }),
    health: "broken",
    code: "claim-unbound",
    says: /oradata: ProvisioningFailed: storageclass/,
  },
  {
    name: "a volume in another zone",
    seen: observe({
      pod: read(
        pod({
          phase: "Pending",
          conditions: [
            {
              type: "PodScheduled",
              status: "False",
              reason: "Unschedulable",
              message: "0/3 nodes are available: 3 node(s) had volume node affinity conflict.",
              lastTransitionTime: ago(900),
            },
          ],
        }),
      ),
    }),
    health: "broken",
    code: "volume-elsewhere",
  },
  ...[
    // Until Kubernetes 1.32, and since; a real scheduler says the second in test/cluster/cli/volume.test.ts.
    "0/3 nodes are available: 1 Insufficient memory, 2 node(s) had volume node affinity conflict.",
    "0/3 nodes are available: 1 Insufficient memory, 2 node(s) didn't match PersistentVolume's node affinity.",
    "0/3 nodes are available: 3 node(s) had no available volume zone.",
  ].map((message) => unscheduled(message, "volume-elsewhere", /^Pod oracle-0: Unschedulable: 0\/3/)),
  unscheduled('persistentvolumeclaim "oradata" bound to non-existent persistentvolume "pvc-1"', "volume-lost"),
  unscheduled("0/3 nodes are available: 3 node(s) did not have enough free storage.", "no-storage"),
  unscheduled("0/3 nodes are available: 3 node(s) exceed max volume count.", "no-node"),
  unscheduled("0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.", "no-node"),
  {
    name: "a quota that refuses the pod",
    seen: observe({
      pod: absent,
      workload: {
        namespace: read(namespace()),
        statefulSet: read(statefulSet(1)),
        warnings: read([
          warn(
            "StatefulSet",
            "FailedCreate",
            'create Pod oracle-0 failed: pods "oracle-0" is forbidden: exceeded quota: database',
          ),
        ]),
      },
    }),
    health: "broken",
    code: "quota-refused",
  },
  {
    name: "a StatefulSet without replicas",
    seen: observe({ pod: absent, workload: { statefulSet: read(statefulSet(0)), warnings: read([]) } }),
    health: "waiting",
    code: "scaled-to-zero",
  },
  {
    name: "a database that its request stops",
    seen: observe({ pod: absent, stopped: true }),
    health: "stopped",
    code: "stopped",
    says: /^stopped by its request$/,
  },
  {
    name: "a namespace in termination",
    seen: observe({ workload: { namespace: read(namespace({ deletionTimestamp: ago(60) })) } }),
    health: "broken",
    code: "namespace-terminating",
  },
  {
    name: "no namespace",
    seen: observe({ pod: absent, workload: { namespace: absent, statefulSet: absent, warnings: read([]) } }),
    health: "broken",
    code: "namespace-missing",
  },
  {
    name: "events that may not be read",
    seen: observe({ pod: absent, workload: { statefulSet: read(statefulSet(1)), warnings: denied } }),
    health: "unknown",
    code: "not-readable",
  },
  {
    name: "an import that failed, by its termination message",
    seen: observe({ pod: crashed({ message: FAILED }) }),
    health: "broken",
    code: "import-failed",
    says: /^imported failed: ORA-39083: "HR"\."T" is not there$/,
  },
  {
    name: "an import that failed and holds",
    seen: observe({
      pod: read(pod(NOT_READY)),
      workload: {
        log: log(FAILED, 'seedbed phase=created event=progress text="holding: the database is restricted"'),
      },
    }),
    health: "broken",
    code: "import-failed",
    says: /it waits with a restricted database/,
  },
  {
    name: "a container that used too much memory",
    seen: observe({ pod: crashed({ reason: "OOMKilled", exitCode: 137 }) }),
    health: "broken",
    code: "out-of-memory",
  },
  {
    name: "a container that ended without a word",
    seen: observe({ pod: crashed({ exitCode: 139 }) }),
    health: "broken",
    code: "container-ended",
    says: /status 139/,
  },
  {
    name: "a log that may not be read",
    seen: observe({ pod: read(pod(NOT_READY)), workload: { log: denied } }),
    health: "unknown",
    code: "not-readable",
  },
  {
    name: "a pod that is being stopped",
    seen: observe({ pod: read({ ...pod(), metadata: { ...pod().metadata, deletionTimestamp: ago(5) } }) }),
    health: "working",
    code: "pod-terminating",
  },
  {
    name: "an open database whose last change failed",
    seen: observe({
      workload: {
        log: log(
          "seedbed phase=open event=done",
          'seedbed phase=configured event=fail code=parameter-refused text="ORA-02097" fix="Correct it."',
        ),
      },
    }),
    health: "broken",
    code: "parameter-refused",
    says: /^open, but configured failed/,
  },
  {
    name: "a restart of a finished database",
    seen: observe({
      pod: read(pod({}, { restartCount: 1, lastState: { terminated: { exitCode: 143, reason: "Error" } } })),
      workload: { log: log("seedbed phase=created event=start", "seedbed phase=open event=skip") },
    }),
    health: "open",
    code: "open",
  },
];

describe("What the cluster shows", () => {
  test.each(ROWS)("$name", ({ seen, health, code, says }) => {
    const verdict = judgeStatus(seen);
    expect(verdict).toMatchObject({ health, code });
    expect(verdict.what).toMatch(says ?? /./);
    if (health === "broken" && code !== "no-fix") expect(verdict.fix).not.toBe("");
  });

  test("what cannot be scheduled yet is no error in its first minute", () => {
    const conditions = [
      {
        type: "PodScheduled",
        status: "False",
        reason: "Unschedulable",
        message: "0/3 nodes are available: 3 Insufficient memory.",
        lastTransitionTime: ago(10),
      },
    ];
    const seen = observe({ pod: read(pod({ phase: "Pending", conditions })) });
    expect(judgeStatus(seen)).toMatchObject({ health: "working", code: "no-node" });
  });

  test("what keeps the pod from a node is told for what it is", () => {
    const fixOf = (message: string) => judgeStatus(unscheduled(message, "").seen).fix;
    expect(fixOf("0/3 nodes are available: 3 Insufficient cpu.")).toContain("database.resources");
    expect(fixOf("0/3 nodes are available: 3 node(s) had untolerated taint {a: b}.")).toContain("tolerations");
  });

  test("where a volume is reached from stands in the fix, if it may be read", () => {
    const { seen } = unscheduled(
      "0/3 nodes are available: 3 node(s) didn't match PersistentVolume's node affinity.",
      "",
    );
    const term = (key: string, ...values: string[]) => ({ matchExpressions: [{ key, operator: "In", values }] });
    const volume = {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: "pvc-1" },
      spec: { nodeAffinity: { required: { nodeSelectorTerms: [term("zone", "a", "b"), term("host", "n1")] } } },
    };
    const fix = (volumeObject: typeof seen.workload.volumeObject) =>
      judgeStatus({ ...seen, workload: { ...seen.workload, volumeObject } }).fix;
    expect(fix(read(volume))).toContain("reached from zone=a|b, or host=n1 alone");
    for (const none of [null, denied, absent, read({ ...volume, spec: {} })])
      expect(fix(none)).toContain("reached from one zone or node alone");
  });

  test("a volume that was grown by hand is named, with the size that mends it", () => {
    expect(describeVolume(observe({ workload: { claim: read(claim("Bound", "30Gi")) } }))).toMatch(/30Gi or more/);
    expect(describeVolume(observe({ workload: { claim: read(claim("Bound", "20480Mi")) } }))).toBeNull();
  });
});
