import { describe, expect, test } from "vitest";
import { emptyLock } from "../../src/lock/advance-lock.ts";
import { digestOf } from "../lock/example-lock.ts";
import { renderPlan } from "../../src/plan/render-plan.ts";
import { renderManifests } from "../../src/manifests/render-manifests.ts";
import type { PlanState } from "../../src/plan/plan-state.ts";
import { hr, placed } from "../manifests/example-input.ts";
import { absent, planOf, requested, running, seeding, told } from "./example-states.ts";

describe("a plan", () => {
  test("for nothing changed is empty", () => {
    expect(planOf(running(), running())).toEqual({
      database: "hr",
      changes: [],
      work: "none",
      restart: false,
      risks: [],
      statements: [],
      files: [],
      removes: [],
    });
  });

  test("for a comment in the request writes the digest of its files, and nothing runs", () => {
    const after = running({ requestDigest: digestOf("e") });
    const plan = planOf(running(), after);
    expect(plan).toMatchObject({ work: "none", changes: [], restart: false });
    expect(plan.files.map(({ path }) => path)).toEqual(["environments/hr/manifests/fleet.yaml"]);
    expect(renderPlan(plan, { color: false, width: 100 })).toContain(
      "hr: only the digest of the request's files changes, nothing runs.",
    );
  });

  test("for a new database creates every object, exports and imports, and hands on the statements", () => {
    const plan = planOf(absent, running({ lock: emptyLock("hr") }), ["begin", "end"]);
    expect(plan.work).toBe("export");
    expect(plan.restart).toBe(false);
    expect(plan.statements).toEqual(["begin", "end"]);
    expect(plan.files).toHaveLength(6);
    expect(told(plan.changes)).toEqual([
      "create fleet.yaml",
      "create Namespace/seedbed-hr",
      "create ResourceQuota/database",
      "create LimitRange/database",
      "create ServiceAccount/oracle",
      "create ExternalSecret/hr-app",
      "create NetworkPolicy/default-deny",
      "create NetworkPolicy/clients",
      "create PersistentVolumeClaim/oradata",
      "create ConfigMap/seed",
      "create ConfigMap/apply",
      "create StatefulSet/oracle",
      "create PodDisruptionBudget/oracle",
      "create Service/oracle",
      "create Service/oracle-pods",
      "export HR.EMPLOYEES where",
      "export OE tables",
      "import database data",
    ]);
  });

  test("for another filter exports again, names the field, and says that data is replaced", () => {
    const after = seeding((seed) => Object.assign(seed.scope[0]!.tables![0]!, { where: "1=1" }));
    const plan = planOf(running(), after);
    expect(plan.work).toBe("export");
    expect(plan.restart).toBe(true);
    expect(plan.changes).toContainEqual({
      kind: "export",
      object: "source_database",
      field: "schemas[HR].tables[EMPLOYEES].where",
      from: "hired > DATE '2020-01-01'",
      to: "1=1",
    });
    expect(told(plan.changes)).toContain("import database data");
    expect(plan.risks.map((risk) => risk.code)).toContain("import-replaces-data");
    expect(plan.files.map((file) => file.path)).toContain("environments/hr/manifests/fleet.yaml");
  });

  test("for another masking script builds an image over the same dump, without a statement on the source", () => {
    const plan = planOf(
      running(),
      seeding((seed) => seed.import.scripts.masking.push({ path: "scripts/b.sql", text: "x" })),
    );
    expect(plan.work).toBe("image");
    expect(plan.statements).toEqual([]);
    expect(told(plan.changes)).toContain("import import scripts.masking[scripts/b.sql]");
    expect(told(plan.changes)).toContain("import database data");
    expect(told(plan.changes).join()).not.toContain("export");
  });

  test("for another digest of the base builds an image and restarts, and replaces no data", () => {
    const settings = structuredClone(hr.settings);
    settings.bases["free-26ai"]!.image = `registry.example/base/free@${digestOf("f")}`;
    const plan = planOf(running(), running({ settings }));
    expect(plan.work).toBe("image");
    expect(plan.restart).toBe(true);
    expect(told(plan.changes)).toEqual(["image seed image base", "restart StatefulSet/oracle image"]);
    expect(plan.risks.map((risk) => risk.code)).not.toContain("import-replaces-data");
  });

  test("for another parameter applies it while the database is open", () => {
    const applyConfig = [
      { path: "sql/10-configure.sql", text: "alter system set open_cursors=900;\n" },
      ...hr.applyConfig.filter((file) => file.path !== "sql/10-configure.sql"),
    ];
    const plan = planOf(running(), running({ applyConfig }));
    expect(plan).toMatchObject({ work: "apply", restart: false });
    expect(told(plan.changes)).toEqual(["apply ConfigMap/apply data[sql.10-configure.sql]"]);
    expect(plan.files.map((file) => file.path)).toEqual(["environments/hr/manifests/40-database.yaml"]);
  });

  test("for more memory restarts the database and says which field does it", () => {
    const plan = planOf(
      running(),
      requested((request) => (request.database.resources.memory = "8Gi")),
    );
    expect(plan).toMatchObject({ work: "apply", restart: true });
    expect(plan.changes).toContainEqual({
      kind: "restart",
      object: "StatefulSet/oracle",
      field: "spec.template.spec.containers[oracle].resources.limits.memory",
      from: "4Gi",
      to: "8Gi",
    });
  });

  test("for the same of a database that does not run yet restarts nothing", () => {
    const lock = emptyLock("hr");
    const plan = planOf(
      running({ lock }),
      requested((request) => (request.database.resources.memory = "8Gi"), { lock }),
    );
    expect(plan.restart).toBe(false);
  });

  test("for a larger volume grows it", () => {
    const plan = planOf(
      running(),
      requested((request) => (request.database.storage.size = "80Gi")),
    );
    expect(plan).toMatchObject({ work: "apply", restart: false });
    expect(plan.changes[0]).toEqual({
      kind: "grow",
      object: "PersistentVolumeClaim/oradata",
      field: "spec.resources.requests.storage",
      from: "40Gi",
      to: "80Gi",
    });
  });

  test("for the same size in another unit changes nothing in the cluster", () => {
    expect(
      planOf(
        running(),
        requested((request) => (request.database.storage.size = "40960Mi")),
      ).changes,
    ).toEqual([]);
  });

  test("for a retirement removes the files and runs nothing", () => {
    const plan = planOf(running(), { ...absent, lock: running().lock });
    expect(plan).toMatchObject({ work: "none", files: [], statements: [], restart: false });
    expect(plan.changes).toEqual([
      { kind: "retire", object: "database hr", field: "", from: "generation 4", to: null },
    ]);
    expect(plan.removes).toHaveLength(6);
  });

  test("removes files that no longer belong to the tree", () => {
    const before = running();
    before.files.push({ path: "environments/hr/manifests/60-old.yaml", text: "" });
    expect(planOf(before, running()).removes).toEqual(["environments/hr/manifests/60-old.yaml"]);
  });
});

describe("what cannot be done", () => {
  test.each([
    [
      "another cluster",
      requested((request) => (request.placement = { cluster: "lab", project: "sandbox" })),
      "placement.cluster",
    ],
    ["another project", requested((request) => (request.placement.project = "sandbox")), "placement.project"],
    ["a smaller volume", requested((request) => (request.database.storage.size = "39Gi")), "database.storage.size"],
    ["another kind of base", seeding((seed) => (seed.target.profile = "gvenzl-free")), "database.base"],
  ])("%s: is refused, writes nothing and runs nothing", (_, after, field) => {
    const plan = planOf(running(), after);
    expect(plan.changes[0]).toMatchObject({ kind: "refuse", field });
    expect(plan).toMatchObject({ work: "none", restart: false, files: [], removes: [], statements: [] });
    expect(plan.risks[0]).toMatchObject({ severity: "error" });
  });

  test("a database that was retired comes back with its volume, which is not smaller and of no other class", () => {
    const volume = { size: "40Gi", access_mode: "ReadWriteOnce" as const, class: "fast" };
    const ask = (storage: { size: string; class?: string }) =>
      planOf(
        { ...absent, lock: { ...hr.lock, volume } },
        requested((request) => Object.assign(request.database.storage, storage), { lock: { ...hr.lock, volume } }),
      ).changes.filter(({ kind }) => kind === "refuse");
    expect(ask({ size: "41Gi" })).toEqual([]);
    expect(ask({ size: "40Gi", class: "fast" })).toEqual([]);
    expect(ask({ size: "30Gi" })).toMatchObject([{ field: "database.storage.size", from: "40Gi", to: "30Gi" }]);
    expect(ask({ size: "40Gi", class: "slow" })).toMatchObject([{ field: "database.storage.class", from: "fast" }]);
  });

  test("a volume that exists gets no other class, before the first seed either", () => {
    const first = { ...placed, lock: emptyLock("hr"), database: "hr" };
    const state = (storage: { class?: string }): PlanState => {
      const request = structuredClone(placed.request);
      delete request.database.storage.class;
      Object.assign(request.database.storage, storage);
      const input = { ...first, request };
      return {
        request,
        seed: first.wantedSeed,
        lock: first.lock,
        settings: first.settings,
        files: renderManifests(input),
      };
    };
    const refused = (after: PlanState) =>
      planOf(state({ class: "cheap" }), after).changes.filter(({ kind }) => kind === "refuse");
    expect(refused(state({ class: "cheap" }))).toEqual([]);
    expect(refused(state({}))).toMatchObject([{ field: "database.storage.class", from: "cheap", to: "fast" }]);
  });

  test("a smaller volume is fine while the database was never asked for", () => {
    const after = requested((request) => (request.database.storage.size = "1Gi"), { lock: emptyLock("hr") });
    expect(planOf(absent, after).changes.map((change) => change.kind)).not.toContain("refuse");
  });
});

describe("risks", () => {
  function codes(after = running()): string[] {
    return planOf({ ...absent, lock: after.lock }, after).risks.map((risk) => risk.code);
  }

  test.each([
    ["no masking script", seeding((seed) => (seed.import.scripts.masking = [])), "no-masking-script"],
    ["all schemas", seeding((seed) => (seed.scope = [])), "all-schemas"],
    [
      "a table without a where beside one with it",
      seeding((seed) => seed.scope[0]!.tables!.push({ name: "JOBS" })),
      "where-missing",
    ],
    [
      "a protection that is off",
      seeding((seed) => Object.assign(seed.import, { safety: { ...seed.import.safety, remove_db_links: false } })),
      "protection-off",
    ],
    ["data that is replaced", seeding((seed) => (seed.scope = seed.scope.slice(1))), "import-replaces-data"],
  ])("%s is told", (_, after, code) => {
    expect(codes(after)).toContain(code);
    expect(codes()).not.toContain(code);
  });

  test("a volume that is small for the last dump is told with the size that is needed", () => {
    const after = seeding((seed) => (seed.scope = []));
    const bytes = 31 * 1024 ** 3;
    after.lock = { ...after.lock, dump_set: { ...after.lock.dump_set!, bytes } };
    const risk = planOf(running(), after).risks.find((one) => one.code === "storage-small");
    expect(risk?.fix).toContain("98Gi");
  });

  test("a volume of the size that every request begins with is not small for a dump of some megabytes", () => {
    const after = requested((request) => (request.database.storage.size = "20Gi"));
    const before = requested((request) => (request.database.storage.size = "20Gi"));
    const small = { ...after, lock: { ...after.lock, dump_set: { ...after.lock.dump_set!, bytes: 6_000_000 } } };
    const large = { ...after, lock: { ...after.lock, dump_set: { ...after.lock.dump_set!, bytes: 600_000_000 } } };
    const told = (state: typeof after) => {
      const seed = { ...state.seed!, scope: [] };
      return planOf(before, { ...state, seed }).risks.map(({ code }) => code);
    };
    expect(told(small)).toContain("import-replaces-data");
    expect(told(small)).not.toContain("storage-small");
    expect(told(large)).toContain("storage-small");
  });

  test("no table without a where is told where no table has one", () => {
    const after = seeding((seed) => (seed.scope = [{ name: "HR", tables: [{ name: "A" }, { name: "B" }] }]));
    expect(codes(after)).not.toContain("where-missing");
  });

  test("a port that closes for clients outside of the cluster is told, in both directions and only then", () => {
    const with_ = (access: object) => requested((request) => Object.assign(request.database.access, access));
    const service = { type: "LoadBalancer" as const, source_ranges: ["10.20.0.0/24"] };
    const said = (before: PlanState, after: PlanState) =>
      planOf(before, after).risks.find((one) => one.code === "outside-port-changes")?.what ?? "";
    expect(said(with_({ service }), with_({ service, tls: true }))).toMatch(
      /on port 2484 \(TLS\) only: port 1521 closes/,
    );
    expect(said(with_({ service, tls: true }), with_({ service, tls: false }))).toMatch(/on port 1521 only/);
    expect(said(with_({ service }), with_({ service, tls: false }))).toBe("");
    expect(said(with_({}), with_({ tls: true }))).toBe("");
  });

  test("a pattern of namespaces is told with the label that makes it true", () => {
    const risk = planOf(absent, running()).risks.find((one) => one.code === "access-needs-label");
    expect(planOf(running(), running()).risks).toEqual([]);
    expect(risk?.fix).toBe("run: kubectl label namespace <name> access.seedbed.dev/hr-any=allowed");
  });
});
