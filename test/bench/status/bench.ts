import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pLimit from "p-limit";
import { openCluster } from "../../../src/adapters/kubernetes/open-cluster.ts";
import { systemClock } from "../../../src/adapters/process/clock.ts";
import { renderLock } from "../../../src/lock/render-lock.ts";
import type { Cluster, LiveObject } from "../../../src/ports/cluster.ts";
import { startRepository, type TestRepository } from "../../cli/repository.ts";
import { putFleet, claimOf, LOCK, namespaceOf, put } from "../../cluster/cli/live-database.ts";
import { putPod, READY } from "../../cluster/cli/live-pod.ts";
import { startControlPlane, type ControlPlane } from "../../cluster/control-plane.ts";
import { addFleetKinds, putWithStatus } from "../../cluster/fleet-kinds.ts";
import { bundle, deployment } from "../../status/shapes.ts";
import type { Bench } from "../bench.ts";

const DATABASES = 500;
/** Of the command as a person runs it, with reading five hundred requests; and its list calls, whatever their number. */
const GOALS = { statusSeconds: 3, listCalls: 5, notOpen: 0 };

/** `seedbed status` of five hundred open databases, with Fleet's objects, at a real API server. */
export const benchStatus: Bench = async (tell) => {
  const plane = await startControlPlane();
  const counted = { lists: 0 };
  const repository = await startCountedRepository(plane, counted);
  try {
    const names = Array.from({ length: DATABASES }, (_, index) => `db-${index}`);
    await writeRequests(repository, names);
    tell(`${DATABASES} requests are committed`);
    await fill(plane, names, repository.git("rev-parse", "HEAD").trim());
    tell("their objects are in the cluster");
    const begun = performance.now();
    const { out, err } = await repository.run("status", "--json");
    const statusSeconds = (performance.now() - begun) / 1000;
    if (out === "") throw new Error(err);
    const all = (JSON.parse(out) as { databases: { health: string }[] }).databases;
    const notOpen = DATABASES - all.filter(({ health }) => health === "open").length;
    return { figures: { statusSeconds, listCalls: counted.lists, notOpen }, goals: GOALS };
  } finally {
    await repository.remove();
    await plane.close();
  }
};

function startCountedRepository(plane: ControlPlane, counted: { lists: number }): Promise<TestRepository> {
  const environment = { KUBECONFIG: plane.kubeconfig };
  const { signal } = new AbortController();
  const count = (cluster: Cluster): Cluster => ({
    ...cluster,
    list: (...given) => {
      counted.lists += 1;
      return cluster.list(...given);
    },
  });
  return startRepository({
    environment,
    clock: systemClock,
    signal,
    openCluster: async (choice) => count(await openCluster(choice, { environment, clock: systemClock, signal })),
  });
}

async function writeRequests({ folder, ...repository }: TestRepository, names: readonly string[]): Promise<void> {
  const hr = join(folder, "environments/hr");
  const [request, mask] = await Promise.all(
    ["database_config.yaml", "scripts/mask.sql"].map((name) => readFile(join(hr, name), "utf8")),
  );
  for (const database of names) {
    const own = join(folder, "environments", database);
    await mkdir(join(own, "scripts"), { recursive: true });
    await writeFile(join(own, "database_config.yaml"), request!);
    await writeFile(join(own, "scripts/mask.sql"), mask!);
    await writeFile(join(own, "seed.lock.yaml"), renderLock({ ...LOCK, database }));
  }
  repository.git("rm", "-q", "-r", "environments/hr");
  repository.commit();
}

const SPACE = "cluster-fleet-default-rke-test-1a3d67d0a899";

async function fill(plane: ControlPlane, names: readonly string[], commit: string): Promise<void> {
  await addFleetKinds(plane);
  await put(plane, { apiVersion: "v1", kind: "Node", metadata: { name: "node-1" } });
  await putFleet(plane, commit);
  const limit = pLimit(8);
  await Promise.all(names.map((name) => limit(() => fillOne(plane, `seedbed-${name}`, commit))));
}

async function fillOne(plane: ControlPlane, name: string, commit: string): Promise<void> {
  const called = (object: LiveObject, metadata: object): LiveObject => ({
    ...object,
    metadata: { ...object.metadata, name, ...metadata },
  });
  await put(plane, namespaceOf(name));
  await put(plane, claimOf(name));
  await putPod(plane, READY, name);
  await putWithStatus(plane, called(bundle({}, { "fleet.cattle.io/commit": commit }), {}));
  const labels = { "fleet.cattle.io/bundle-name": name };
  await putWithStatus(plane, called(deployment(), { namespace: SPACE, labels }));
}
