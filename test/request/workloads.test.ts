import { describe, expect, test } from "vitest";
import { parseRequest } from "../../src/request/parse-request.ts";
import type { Workloads } from "../../src/settings/settings.ts";
import { changeExample, exampleSettings, pointAt, problemsOf } from "./read-example.ts";

const OFFER: Workloads = {
  storage: { class: "fast", classes: ["cheap"] },
  network: { service_types: ["LoadBalancer"], source_ranges: ["10.20.0.0/16"] },
};

/** What is wrong with the hr example where its cluster offers this. */
function pointsWith(workloads: Workloads | undefined, from: string, to: string): string[] {
  const settings = exampleSettings(({ clusters }) => {
    if (workloads !== undefined) clusters["rke-dev"]!.workloads = workloads;
  });
  const files = changeExample("hr", from, to);
  const problems = problemsOf(parseRequest(files, settings)).filter(({ code }) => code !== "no-expiry");
  return problems.map((problem) => pointAt(problem, files.files["database_config.yaml"]!));
}

const SIZE = "size: 20Gi";
const ACCESS = '    namespaces: ["hr-*"]';
const service = (type: string, ...blocks: string[]) =>
  `${ACCESS}\n    service: { type: ${type}, source_ranges: [${blocks.join(", ")}] }`;

describe("a request may choose", () => {
  test("a storage class that its cluster offers, its default too, and no other", () => {
    expect(pointsWith(OFFER, SIZE, `${SIZE}\n    class: cheap`)).toEqual([]);
    expect(pointsWith(OFFER, SIZE, `${SIZE}\n    class: fast`)).toEqual([]);
    expect(pointsWith(OFFER, SIZE, `${SIZE}\n    class: chep`)).toEqual(["unknown-storage-class 28:12 chep"]);
    expect(pointsWith(undefined, SIZE, `${SIZE}\n    class: fast`)).toEqual(["unknown-storage-class 28:12 fast"]);
  });

  test("a Service of a type that its cluster allows, for addresses within those that it allows", () => {
    expect(pointsWith(OFFER, ACCESS, service("LoadBalancer", "10.20.30.0/24"))).toEqual([]);
    expect(pointsWith(OFFER, ACCESS, service("NodePort", "10.20.30.0/24"))).toEqual([
      "service-not-allowed 46:22 NodePort",
    ]);
    expect(pointsWith(OFFER, ACCESS, service("LoadBalancer", "10.20.0.0/24", "0.0.0.0/0"))).toEqual([
      "service-not-allowed 46:66 0.0.0.0/0",
    ]);
    expect(pointsWith(undefined, ACCESS, service("LoadBalancer", "10.20.30.0/24"))).toEqual([
      "service-not-allowed 46:22 LoadBalancer",
    ]);
    expect(pointsWith(OFFER, ACCESS, service("LoadBalancer", "10.20.30.7/24", "nine"))).toEqual([
      "bad-form 46:52 10.20.30.7/24",
      "bad-form 46:67 nine",
    ]);
  });

  test("no Secret that is the login for pulling", () => {
    const settings = exampleSettings(({ registries }) => {
      registries.seeds.pull_secret = { kind: "existing", name: "pull" };
    });
    const files = changeExample("hr", "name: hr-app", "name: pull");
    const points = problemsOf(parseRequest(files, settings)).map((one) =>
      pointAt(one, files.files["database_config.yaml"]!),
    );
    expect(points).toContain("taken-name 36:32 pull");
  });

  test("what its project has, where that differs from its cluster", () => {
    const settings = exampleSettings(({ clusters }) => {
      clusters["rke-dev"]!.workloads = OFFER;
      clusters["rke-dev"]!.project_workloads = { "dev-databases": { storage: { class: "slow", classes: [] } } };
    });
    const codes = (name: string) =>
      problemsOf(parseRequest(changeExample("hr", SIZE, `${SIZE}\n    class: ${name}`), settings)).map(
        ({ code }) => code,
      );
    expect(codes("slow")).not.toContain("unknown-storage-class");
    expect(codes("cheap")).toContain("unknown-storage-class");
  });
});
