import { APPLIER } from "../../cluster/applier.ts";
import { listAt, textAt } from "../../cluster/fields.ts";
import type { Clock } from "../../ports/clock.ts";
import type {
  Applied,
  Cluster,
  ClusterChoice,
  LiveObject,
  Reading,
  ResourceKind,
  Selection,
} from "../../ports/cluster.ts";
import { ask, causesOf, refuse, type Answer, type Asking } from "./ask.ts";
import { openConnection } from "./connection.ts";
import { openDiscovery } from "./discovery.ts";
import { forwardPort } from "./forward.ts";
import { loadKubeconfig } from "./kubeconfig.ts";
import { readLog } from "./log.ts";
import { listPath, objectPath, withQuery } from "./paths.ts";
import { runInPod } from "./run-in-pod.ts";

export interface ClusterOptions {
  environment: Record<string, string | undefined>;
  clock: Clock;
  signal: AbortSignal;
}

/** Opens the cluster of a kubeconfig's context; nothing is sent yet. */
export async function openCluster(choice: ClusterChoice, options: ClusterOptions): Promise<Cluster> {
  const { library } = await import("./library.ts");
  const config = loadKubeconfig(library, choice, options.environment);
  const connection = openConnection({ config, ...options });
  const asking = { connection, ...options };
  const way = { library, config, connection, signal: options.signal };
  return {
    context: connection.context,
    server: connection.server,
    findKind: openDiscovery(asking),
    list: (kind, selection) => list(asking, kind, selection),
    get: async (kind, place) => {
      const answer = await ask(asking, { method: "GET", path: objectPath(kind, place) });
      return readingOf(answer, (body) => body as LiveObject);
    },
    apply: (kind, object, applied) => apply(asking, { kind, object, ...applied }),
    delete: async (kind, place, only) => {
      const preconditions = { apiVersion: "v1", kind: "DeleteOptions", preconditions: only };
      const call = { method: "DELETE", path: objectPath(kind, place), type: "application/json" } as const;
      const answer = await ask(asking, { ...call, body: JSON.stringify(preconditions) });
      // Another uid is a conflict (kubernetes.io, API reference, Preconditions).
      if (answer.status === 404 || answer.status === 409) return "gone";
      return accept(asking, answer) && "deleted";
    },
    log: (pod, wanted) => readLog(asking, pod, wanted),
    run: (pod, wanted) => runInPod(way, pod, wanted),
    forward: (pod, wanted) => forwardPort(way, pod, wanted),
    close: async () => connection.close(),
  };
}

/** Metadata alone (kubernetes.io, "Kubernetes API Concepts", Metadata-only fetches): with nothing to fall back on, an old server refuses. */
const METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

async function list(asking: Asking, kind: ResourceKind, selection: Selection): Promise<Reading<LiveObject[]>> {
  const accept = selection.metadataOnly === true ? { accept: METADATA } : {};
  const answer = await ask(asking, { method: "GET", path: listPath(kind, selection), ...accept });
  return readingOf(answer, (body) => listAt(body, "items").map((item) => named(kind, item as LiveObject)));
}

/** The items of a list have neither apiVersion nor kind. */
function named({ apiVersion, kind }: ResourceKind, item: LiveObject): LiveObject {
  return { ...item, apiVersion, kind };
}

function readingOf<T>({ status, body }: Answer, read: (body: unknown) => T): Reading<T> {
  if (status === 403) return { state: "denied", why: textAt(body, "message") ?? "" };
  return status === 404 ? { state: "absent" } : { state: "read", value: read(body) };
}

/** Throws for a refusal of a change. */
function accept({ connection }: Asking, { status, body }: Answer): true {
  if (status < 400) return true;
  throw refuse(connection, { status, body, text: "" });
}

interface Application {
  kind: ResourceKind;
  object: { metadata: { name: string; namespace?: string } };
  dryRun: boolean;
  force?: boolean;
}

/** Server-side apply (kubernetes.io, "Server-Side Apply"). JSON is YAML. */
async function apply(asking: Asking, { kind, object, dryRun, force = false }: Application): Promise<Applied> {
  const query = {
    fieldManager: APPLIER,
    fieldValidation: "Strict",
    force: String(force),
    dryRun: dryRun ? "All" : undefined,
  };
  const answer = await ask(asking, {
    method: "PATCH",
    path: withQuery(objectPath(kind, object.metadata), query),
    type: "application/apply-patch+yaml",
    body: JSON.stringify(object),
  });
  const conflicts = causesOf(answer.body).filter(({ reason }) => reason === "FieldManagerConflict");
  if (answer.status === 409 && conflicts.length > 0)
    return {
      state: "conflict",
      conflicts: conflicts.map(({ field, message }) => ({ field, manager: /"([^"]+)"/.exec(message)?.[1] ?? message })),
    };
  accept(asking, answer);
  return { state: "applied", value: answer.body as LiveObject };
}
