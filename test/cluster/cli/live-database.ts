import { renderLock } from "../../../src/lock/render-lock.ts";
import type { Lock } from "../../../src/lock/lock.ts";
import { exampleLock, exampleSeed } from "../../lock/example-lock.ts";
import { bundle, deployment, gitRepo } from "../../status/shapes.ts";
import type { ClusterObject } from "../cluster-object.ts";
import type { ControlPlane } from "../control-plane.ts";
import { putWithStatus } from "../fleet-kinds.ts";
import type { ClusterRepository } from "./command-line.ts";

export const NAMESPACE = "seedbed-hr";
export const LOCK: Lock = {
  ...exampleLock,
  database: "hr",
  seed: { ...exampleSeed, target: { ...exampleSeed.target, profile: "gvenzl-free" } },
};
export const IMAGE = `${LOCK.image!.repository}@${LOCK.image!.digest}`;

/** Commits a lock with an image, and the manifests of it. */
export async function seedRepository(repository: ClusterRepository): Promise<void> {
  await repository.write("environments/hr/seed.lock.yaml", renderLock(LOCK));
  const { code, err } = await repository.run("render", "hr");
  if (code !== 0) throw new Error(err);
  repository.commit();
}

/** Puts what nobody made yet, or changes it. */
export async function put({ client }: ControlPlane, object: ClusterObject): Promise<ClusterObject> {
  const answer = await client.apply(object, { fieldManager: "test", force: true });
  if (answer.status >= 300) throw new Error(`${object.kind} ${object.metadata.name}: ${answer.message}`);
  return answer.object;
}

export function namespaceOf(name = NAMESPACE): ClusterObject {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name } };
}

export function claimOf(namespace = NAMESPACE): ClusterObject {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "oradata", namespace, labels: { "app.kubernetes.io/name": "oracle-database" } },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "20Gi" } } },
  };
}

/** What Fleet leaves of an open database at a commit. */
export async function putFleet(plane: ControlPlane, commit: string): Promise<void> {
  const space = "cluster-fleet-default-rke-test-1a3d67d0a899";
  for (const name of ["fleet-default", space]) await put(plane, namespaceOf(name));
  await putWithStatus(plane, gitRepo({ commit }));
  await putWithStatus(plane, bundle({}, { "fleet.cattle.io/commit": commit }));
  await putWithStatus(plane, { ...deployment(), metadata: { name: "seedbed-hr", namespace: space } });
}
