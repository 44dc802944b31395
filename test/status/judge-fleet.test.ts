import { describe, expect, test } from "vitest";
import { readGitRepo } from "../../src/cluster/fleet-records.ts";
import { judgeStatus } from "../../src/cluster/judge-status.ts";
import type { Observation } from "../../src/cluster/observation.ts";
import { absent, denied, log, observe, read } from "./observed.ts";
import { claim, NOT_READY, pod } from "./pod-shapes.ts";
import { bundle, condition, deployment, EARLIER, gitRepo } from "./shapes.ts";

interface Row {
  name: string;
  seen: Observation;
  health: string;
  code: string;
  says: RegExp;
}

const IMPORTING = "seedbed phase=imported event=start";
const FIFTH = 'seedbed phase=imported event=progress percent=43 text="HR.EMPLOYEES"';
const deployed = (message: string, seconds = 600) => condition("Deployed", "False", message, seconds);
const errApplied = (message: string, more: object = {}) => ({
  bundle: read(
    bundle({
      summary: {
        desiredReady: 1,
        errApplied: 1,
        nonReadyResources: [{ name: "fleet-default/rke-test", bundleState: "ErrApplied", message }],
      },
      conditions: [condition("Ready", "False", `ErrApplied(1) [Cluster fleet-default/rke-test: ${message}]`)],
    }),
  ),
  deployments: read([
    deployment({
      appliedDeploymentID: "s-0:o-0",
      display: { state: "ErrApplied" },
      conditions: [deployed(message), condition("Ready", "True")],
      ...more,
    }),
  ]),
});

/**
 * What Fleet 0.16.1 and its agent left in their objects for each case, on a real API server: the display's state, whether the ids are
 * equal, the conditions, and the bundle's summary. Types: rancher/fleet v0.16.1, pkg/apis/fleet.cattle.io/v1alpha1.
 */
const ROWS: Row[] = [
  { name: "open", seen: observe(), health: "open", code: "open", says: /^open$/ },
  {
    name: "a fresh commit, for some seconds: the last state, other ids, old conditions",
    seen: observe({
      bundle: read(bundle({ summary: { desiredReady: 1, waitApplied: 1 } })),
      deployments: read([deployment({ appliedDeploymentID: "s-0:o-0" })]),
    }),
    health: "working",
    code: "not-applied",
    says: /has not applied the latest bundle/,
  },
  {
    name: "the agent is away: a deployment without a status",
    seen: observe({
      bundle: read(
        bundle({
          summary: { desiredReady: 1, waitApplied: 1 },
          conditions: [condition("Ready", "False", "WaitApplied(1) [Cluster fleet-default/rke-test]")],
        }),
      ),
      deployments: read([{ ...deployment(), status: {} }]),
    }),
    health: "broken",
    code: "agent-away",
    says: /WaitApplied\(1\) \[Cluster fleet-default\/rke-test\]/,
  },
  {
    name: "a cluster that Fleet does not know: 0/0, no summary, no deployment, and Ready",
    seen: observe({
      bundle: read(bundle({ summary: undefined, display: { readyClusters: "0/0" } })),
      deployments: read([]),
    }),
    health: "broken",
    code: "no-target",
    says: /nowhere: it has no cluster rke-test/,
  },
  {
    name: "importing",
    seen: observe({
      bundle: read(bundle({ summary: { desiredReady: 1, notReady: 1 } })),
      deployments: read([
        deployment({
          display: { state: "NotReady" },
          ready: undefined,
          conditions: [
            condition("Installed", "True"),
            condition("Deployed", "True"),
            condition("Monitored", "True"),
            condition("Ready", "False", "statefulset.apps seedbed-hr/oracle [progressing] Ready: 0/1"),
          ],
          nonReadyStatus: [
            {
              kind: "StatefulSet",
              apiVersion: "apps/v1",
              namespace: "seedbed-hr",
              name: "oracle",
              summary: { state: "in-progress", transitioning: true, message: ["Ready: 0/1"] },
            },
          ],
        }),
      ]),
      pod: read(pod(NOT_READY)),
      workload: { log: log(IMPORTING, FIFTH) },
    }),
    health: "working",
    code: "importing",
    says: /^phase 6 of 12: imported, 43 %$/,
  },
  {
    name: "an unbound claim before the first seed",
    seen: observe({
      image: null,
      deployments: read([
        deployment({
          display: { state: "NotReady" },
          conditions: [
            condition(
              "Ready",
              "False",
              "persistentvolumeclaim.v1 seedbed-hr/oradata [progressing] PVC is not Bound. phase: Pending",
            ),
          ],
          nonReadyStatus: [
            {
              kind: "PersistentVolumeClaim",
              namespace: "seedbed-hr",
              name: "oradata",
              summary: { message: ["PVC is not Bound. phase: Pending"] },
            },
          ],
        }),
      ]),
      pod: absent,
      workload: { claim: read(claim("Pending")) },
    }),
    health: "waiting",
    code: "waiting-for-seed",
    says: /waiting for the first seed/,
  },
  {
    name: "a quota refuses",
    seen: observe(
      errApplied(
        "exceeded quota: database, requested: requests.storage=10Gi, used: requests.storage=20Gi, limited: 20Gi",
      ),
    ),
    health: "broken",
    code: "quota-refused",
    says: /\(Deployed\): exceeded quota: database/,
  },
  {
    name: "an immutable field",
    seen: observe(
      errApplied(
        "StatefulSet.apps \"oracle\" is invalid: spec: Forbidden: updates to statefulset spec for fields other than 'replicas'",
      ),
    ),
    health: "broken",
    code: "immutable-field",
    says: /updates to statefulset spec/,
  },
  {
    name: "an unknown field",
    seen: observe(errApplied(".spec.template.spec.foo: field not declared in schema")),
    health: "broken",
    code: "unknown-field",
    says: /field not declared/,
  },
  {
    name: "a manifest that is no YAML",
    seen: observe(
      errApplied("error while running post render on files: yaml: line 3: did not find expected node content"),
    ),
    health: "broken",
    code: "manifest-unreadable",
    says: /post render/,
  },
  {
    name: "a kind that the cluster does not have",
    seen: observe(
      errApplied(
        'no matches for kind "ExternalSecret" in version "external-secrets.io/v1" ensure CRDs are installed first',
      ),
    ),
    health: "broken",
    code: "kind-missing",
    says: /ExternalSecret/,
  },
  {
    name: "a claim below its capacity, by a commit",
    seen: observe(errApplied("spec.resources.requests.storage: Forbidden: field can not be less than status.capacity")),
    health: "broken",
    code: "claim-below-capacity",
    says: /less than status\.capacity/,
  },
  {
    name: "the same by drift: Ready in display and summary, equal ids, and Deployed False",
    seen: observe({
      deployments: read([
        deployment({
          conditions: [deployed('cannot patch "oradata" with kind PersistentVolumeClaim'), condition("Ready", "True")],
        }),
      ]),
    }),
    health: "broken",
    code: "claim-below-capacity",
    says: /cannot patch "oradata"/,
  },
  {
    name: "drift before its correction",
    seen: observe({
      deployments: read([
        deployment({
          display: { state: "Modified" },
          nonModified: undefined,
          modifiedStatus: [
            {
              kind: "ConfigMap",
              apiVersion: "v1",
              namespace: "seedbed-hr",
              name: "apply",
              patch: '{"data":{"parameters.tsv":"x"}}',
            },
          ],
        }),
      ]),
    }),
    health: "working",
    code: "modified",
    says: /ConfigMap seedbed-hr\/apply is not as its manifest says: \{"data"/,
  },
  {
    name: "an object that was deleted, before it is made again",
    seen: observe({
      deployments: read([
        deployment({ modifiedStatus: [{ kind: "Service", namespace: "seedbed-hr", name: "oracle", missing: true }] }),
      ]),
    }),
    health: "working",
    code: "modified",
    says: /Service seedbed-hr\/oracle is not as its manifest says: missing/,
  },
  {
    name: "a foreign namespace: NotReady without a reason, equal ids, Deployed True, and not installed",
    seen: observe({
      deployments: read([
        deployment({
          display: { state: "NotReady" },
          conditions: [
            condition(
              "Installed",
              "False",
              'not installed: Unable to continue with install: Namespace "seedbed-hr" exists and cannot be imported into the current release: invalid ownership metadata',
            ),
            condition("Deployed", "True"),
          ],
        }),
      ]),
    }),
    health: "broken",
    code: "namespace-foreign",
    says: /\(Installed\): not installed/,
  },
  {
    name: "one fleet.yaml is unreadable: only the GitRepo tells, and its bundles stay green",
    seen: observe({
      gitRepos: read([
        readGitRepo(
          gitRepo({
            gitJobStatus: "Failed",
            display: { state: "GitUpdating" },
            conditions: [condition("Ready", "True"), condition("Stalled", "True", "reading fleet.yaml: yaml: line 2")],
          }),
        ),
      ]),
    }),
    health: "broken",
    code: "gitrepo-stalled",
    says: /stalled with: reading fleet\.yaml/,
  },
  {
    name: "no path matches: the bundle is gone as well",
    seen: observe({
      gitRepos: read([
        readGitRepo(
          gitRepo({
            gitJobStatus: "Failed",
            conditions: [
              condition(
                "Stalled",
                "True",
                "no resource found at the following paths to deploy: [environments/*/manifests]",
              ),
            ],
          }),
        ),
      ]),
      bundle: absent,
      deployments: read([]),
    }),
    health: "broken",
    code: "gitrepo-stalled",
    says: /no resource found at the following paths/,
  },
  {
    name: "the GitRepo has not read main's tip",
    seen: observe({ gitRepos: read([readGitRepo(gitRepo({ commit: EARLIER }))]) }),
    health: "working",
    code: "gitrepo-behind",
    says: /has read bbbbbbbbbbbb, and main is at aaaaaaaaaaaa/,
  },
  {
    name: "the bundle is of an earlier commit than its GitRepo",
    seen: observe({ bundle: read(bundle({}, { "fleet.cattle.io/commit": EARLIER })) }),
    health: "broken",
    code: "bundle-old",
    says: /seedbed-hr is of bbbbbbbbbbbb/,
  },
  {
    name: "no bundle",
    seen: observe({ bundle: absent, deployments: read([]) }),
    health: "broken",
    code: "bundle-missing",
    says: /no bundle seedbed-hr/,
  },
  {
    name: "no GitRepo covers the folder",
    seen: observe({ gitRepos: read([]), bundle: absent, deployments: read([]) }),
    health: "broken",
    code: "gitrepo-missing",
    says: /environments\/hr\/manifests/,
  },
];

describe("What Fleet shows", () => {
  test.each(ROWS)("$name", ({ seen, health, code, says }) => {
    const verdict = judgeStatus(seen);
    expect(verdict).toMatchObject({ health, code });
    expect(verdict.what).toMatch(says);
    if (health === "broken")
      expect(verdict).toMatchObject({ fix: expect.stringMatching(/./), show: expect.stringMatching(/./) });
  });

  test("an error that is younger than a minute is not final", () => {
    const young = deployment({ conditions: [deployed("exceeded quota: database", 20)] });
    expect(judgeStatus(observe({ deployments: read([young]) }))).toMatchObject({
      health: "working",
      code: "quota-refused",
    });
  });

  test("a clock that goes wrong makes no error young", () => {
    const future = deployment({ conditions: [deployed("exceeded quota: database", -3600)] });
    expect(judgeStatus(observe({ deployments: read([future]) })).health).toBe("broken");
  });

  test("a commit that this clone lacks is newer than the clone, and nothing is behind", () => {
    const commit = "cccccccccccccccc";
    const seen = observe({
      gitRepos: read([readGitRepo(gitRepo({ commit }))]),
      bundle: read(bundle({}, { "fleet.cattle.io/commit": commit })),
    });
    expect(judgeStatus(seen).health).toBe("open");
  });

  test("what may not be read is unknown, although the pod is open", () => {
    for (const part of [{ gitRepos: denied }, { bundle: denied }, { deployments: denied }])
      expect(judgeStatus(observe(part))).toMatchObject({ health: "unknown", code: "fleet-not-readable" });
    expect(judgeStatus(observe({ pod: denied }))).toMatchObject({ health: "unknown", code: "not-readable" });
  });

  test("a cluster without Fleet says nothing about what Fleet deployed, and all about what was applied", () => {
    const none = { gitRepos: absent, bundle: absent, deployments: absent };
    expect(judgeStatus(observe(none)).code).toBe("fleet-not-readable");
    const applied = { ...claim("Bound", "20Gi", {}) };
    applied.metadata.managedFields = [{ manager: "seedbed", operation: "Apply" }];
    expect(judgeStatus(observe({ ...none, workload: { claim: read(applied) } })).health).toBe("open");
  });

  test("without Fleet the pod alone is judged", () => {
    expect(judgeStatus(observe({ fleet: null })).health).toBe("open");
  });
});
