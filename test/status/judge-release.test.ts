import { describe, expect, test } from "vitest";
import { explainRefusal } from "../../src/cluster/explain-refusal.ts";
import { readGitRepo } from "../../src/cluster/fleet-records.ts";
import { findPendingReleases } from "../../src/cluster/helm-release.ts";
import { judgeStatus } from "../../src/cluster/judge-status.ts";
import type { LiveObject } from "../../src/ports/cluster.ts";
import { absent, denied, observe, read } from "./observed.ts";
import { ago, NOT_READY, NOW, pod } from "./pod-shapes.ts";
import { condition, deployment, gitRepo } from "./shapes.ts";

/**
 * A record as Helm's driver writes its labels (helm/helm v4, pkg/storage/driver/secrets.go, newSecretsObject); a real Helm's are read in
 * test/cluster/helm/pending.test.ts.
 */
function record(revision: number, status: string, labels: Record<string, string> = {}): LiveObject {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: `sh.helm.release.v1.seedbed-hr.v${revision}`,
      namespace: "seedbed-system",
      creationTimestamp: ago(7200),
      labels: { owner: "helm", name: "seedbed-hr", status, version: String(revision), ...labels },
    },
  };
}

const pendingOf = (...records: LiveObject[]) => findPendingReleases(records).get("seedbed-hr");
const seconds = (before: number) => String(Math.floor(NOW / 1000) - before);
const PENDING = read(pendingOf(record(2, "pending-upgrade", { modifiedAt: seconds(840) }))!);
const REFUSED = deployment({
  conditions: [
    condition("Deployed", "False", "another operation (install/upgrade/rollback) is in progress"),
    condition("Ready", "True"),
  ],
});

describe("which release is pending", () => {
  test("the last revision alone counts, and by its number", () => {
    expect(pendingOf(record(9, "pending-upgrade"), record(10, "deployed"))).toBeUndefined();
    expect(pendingOf(record(10, "pending-rollback"), record(9, "deployed"))).toMatchObject({ revision: 10 });
    expect(pendingOf(record(1, "uninstalling"))).toBeUndefined();
    expect(findPendingReleases([]).size).toBe(0);
  });

  test("its time is that of its last change, and the Secret's own without one", () => {
    expect(pendingOf(record(1, "pending-install"))?.since).toBe(NOW - 7_200_000);
    expect(pendingOf(record(1, "pending-install", { createdAt: seconds(60) }))?.since).toBe(NOW - 60_000);
    expect(pendingOf(record(1, "pending-install", { createdAt: seconds(60), modifiedAt: seconds(9) }))?.since).toBe(
      NOW - 9000,
    );
  });
});

describe("how it is judged", () => {
  test("before what Fleet says of it, with age and command", () => {
    const seen = observe({ deployments: read([REFUSED]), workload: { release: PENDING } });
    expect(judgeStatus(seen)).toMatchObject({
      health: "broken",
      code: "release-pending",
      what: expect.stringContaining("pending-upgrade (revision 2) since 2026-11-22T11:46:00.000Z (14 min)"),
      fix: expect.stringMatching(
        /kubectl --context dev -n seedbed-system delete secret sh\.helm\.release\.v1\.seedbed-hr\.v2$/,
      ),
    });
  });

  test("after a GitRepo that is stalled, which hides everything", () => {
    const stalled = readGitRepo(gitRepo({ conditions: [condition("Stalled", "True", "yaml: line 2")] }));
    expect(judgeStatus(observe({ gitRepos: read([stalled]), workload: { release: PENDING } }))).toMatchObject({
      code: "gitrepo-stalled",
    });
  });

  test("without Fleet it explains a pod that is not there, and says nothing of one that is open", () => {
    const workload = { release: PENDING };
    expect(judgeStatus(observe({ fleet: null, pod: absent, workload })).code).toBe("release-pending");
    expect(judgeStatus(observe({ fleet: null, pod: read(pod(NOT_READY)), workload })).code).toBe("release-pending");
    expect(judgeStatus(observe({ fleet: null, workload })).code).toBe("open");
  });

  test("what may not be read leaves Helm's own words, with a fix", () => {
    const seen = observe({ deployments: read([REFUSED]), workload: { release: denied } });
    expect(judgeStatus(seen)).toMatchObject({
      health: "broken",
      code: "release-pending",
      fix: expect.stringContaining("seedbed-system"),
    });
  });

  test.each(["cannot reuse a name that is still in use", "cannot re-use a name that is still in use"])(
    "%s is a release that is pending",
    (message) => {
      expect(explainRefusal(message).code).toBe("release-pending");
    },
  );
});
