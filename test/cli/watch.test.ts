import { afterEach, beforeEach, expect, test } from "vitest";
import type { Bench } from "../../src/cli/bench.ts";
import { renderLock } from "../../src/lock/render-lock.ts";
import { exampleLock, exampleSeed } from "../lock/example-lock.ts";
import { KeptCluster } from "../status/kept-cluster.ts";
import { claim, NOT_READY, pod } from "../status/pod-shapes.ts";
import type { LiveObject } from "../../src/ports/cluster.ts";
import { startRepository, type TestRepository } from "./repository.ts";

const LABELS = { "app.kubernetes.io/name": "oracle-database" };
const LOCK = {
  ...exampleLock,
  database: "hr",
  seed: { ...exampleSeed, target: { ...exampleSeed.target, profile: "gvenzl-free" as const } },
};
const IMAGE = `${LOCK.image!.repository}@${LOCK.image!.digest}`;

/** The pod of hr with the lock's image. */
function podOf(status: object): LiveObject {
  const made = pod(status);
  return {
    ...made,
    metadata: { ...made.metadata, labels: LABELS },
    spec: { containers: [{ name: "oracle", image: IMAGE }] },
  };
}

const NAMESPACE: LiveObject = { apiVersion: "v1", kind: "Namespace", metadata: { name: "seedbed-hr" } };
const CLAIM = { ...claim(), metadata: { ...claim().metadata, labels: LABELS } };

let repository: TestRepository;
const parts: Partial<Bench> = {};

beforeEach(async () => {
  repository = await startRepository(parts);
  await repository.write("environments/hr/seed.lock.yaml", renderLock(LOCK));
  repository.commit();
});
afterEach(() => repository.remove());

test("status --watch prints each change once, and Ctrl-C ends it with the code of what was last", async () => {
  const cancel = new AbortController();
  // What the cluster shows at each look.
  const looks = [podOf(NOT_READY), podOf(NOT_READY), podOf({}), podOf({})];
  let at = 0;
  Object.assign(parts, {
    signal: cancel.signal,
    openCluster: async () => ({
      ...new KeptCluster([]).port,
      list: (...given: Parameters<KeptCluster["port"]["list"]>) => cluster().list(...given),
      get: (...given: Parameters<KeptCluster["port"]["get"]>) => cluster().get(...given),
    }),
    clock: {
      now: () => Date.UTC(2026, 10, 22),
      sleep: async () => {
        at += 1;
        if (at < looks.length) return;
        cancel.abort();
        cancel.signal.throwIfAborted();
      },
    },
  } satisfies Partial<Bench>);
  const cluster = () => new KeptCluster([NAMESPACE, CLAIM, looks[at]!]).port;
  const { code, out, err } = await repository.run("status", "hr", "--watch", "--no-fleet");
  expect([code, err]).toEqual([0, ""]);
  expect([...out.matchAll(/^ {2}state +(\w+)/gm)].map(([, state]) => state)).toEqual(["working", "open"]);
});

test("a command that is cut off by Ctrl-C says nothing and ends with 2", async () => {
  const cancel = new AbortController();
  Object.assign(parts, {
    signal: cancel.signal,
    openCluster: async () => {
      cancel.abort();
      return cancel.signal.throwIfAborted() as never;
    },
  } satisfies Partial<Bench>);
  expect(await repository.run("status", "hr", "--no-fleet")).toEqual({ code: 2, out: "", err: "" });
});
