import type { KubernetesObject } from "../manifests/manifest-input.ts";

/** A kind of objects, as the paths of Kubernetes' API name it (kubernetes.io, "Kubernetes API Concepts", Resource URIs). */
export interface ResourceKind {
  /** `v1`, `apps/v1`. */
  apiVersion: string;
  kind: string;
  /** As it stands in a path and in a rule of RBAC: `statefulsets`. */
  plural: string;
  namespaced: boolean;
}

/** An object as the cluster has it; JSON that nobody checked, so whoever reads a field checks its type. */
export interface LiveObject extends KubernetesObject {
  metadata: KubernetesObject["metadata"] & {
    uid?: string;
    resourceVersion?: string;
    creationTimestamp?: string;
    deletionTimestamp?: string;
    finalizers?: string[];
    managedFields?: ManagedFields[];
    ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string }[];
  };
}

/** Who set which fields (kubernetes.io, "Server-Side Apply"). */
export interface ManagedFields {
  manager: string;
  operation: "Apply" | "Update";
  subresource?: string;
  time?: string;
}

/** Where an object is. */
export interface ObjectPlace {
  /** Left out for kinds that are in no namespace. */
  namespace?: string;
  name: string;
}

/** What a list is limited to, on the server. */
export interface Selection {
  /** Left out for all namespaces. */
  namespace?: string;
  labels?: string;
  fields?: string;
  /** Metadata alone is sent: what a Secret holds never leaves the cluster. */
  metadataOnly?: boolean;
}

/** What was read; or that it may not be read, which is never the same as that there is nothing. */
export type Reading<T> =
  | { state: "read"; value: T }
  /** There is no such object, or the cluster does not know the kind. */
  | { state: "absent" }
  /** Forbidden, or for what a node has to answer that it did not: `why` is the cluster's own message. */
  | { state: "denied"; why: string };

export interface ApplyOptions {
  /** Nothing is stored: admission and defaults answer as they would. */
  dryRun: boolean;
  /** Takes fields over that another manager applied. */
  force?: boolean;
}

/** The outcome of a server-side apply. A conflict is an answer: who owns the fields decides what to do. */
export type Applied = { state: "applied"; value: LiveObject } | { state: "conflict"; conflicts: FieldConflict[] };

export interface FieldConflict {
  /** As the cluster names it: `fleetagent`, `kubectl-edit`. */
  manager: string;
  field: string;
}

/** Exactly the object that was looked at: one of the same name that was made since is left alone. */
export interface Preconditions {
  uid: string;
  resourceVersion?: string;
}

export interface LogOptions {
  container?: string;
  follow?: boolean;
  /** The log of the container that ran before the current one. */
  previous?: boolean;
  /** At most so many of the last lines. */
  tailLines?: number;
}

/** A command for a container that runs. */
export interface RunOptions {
  container: string;
  /** Program and arguments; no shell is between. */
  command: readonly string[];
}

/** A local port that is forwarded into a pod. */
export interface Forwarding {
  port: number;
  /** Ends every connection and frees the port. Never rejects. */
  close(): Promise<void>;
}

/**
 * The state of one cluster and changes of it. Temporary refusals (429, 5xx) are repeated; whatever else fails throws a `SeedbedError`
 * that names the context. A signal ends every call.
 */
export interface Cluster {
  /** The context of the kubeconfig, for people and for commands that are shown to them. */
  readonly context: string;
  /** Host and port of the server, for people. */
  readonly server: string;
  /** How the cluster names a kind in its paths; null where it does not know it. */
  findKind(kind: Pick<ResourceKind, "apiVersion" | "kind">): Promise<ResourceKind | null>;
  list(kind: ResourceKind, selection: Selection): Promise<Reading<LiveObject[]>>;
  get(kind: ResourceKind, place: ObjectPlace): Promise<Reading<LiveObject>>;
  /** Server-side apply as field manager `seedbed`, with strict validation of fields. */
  apply(kind: ResourceKind, object: KubernetesObject, options: ApplyOptions): Promise<Applied>;
  /** `gone` where there was none, or another one. Deletion may go on afterwards, while there are finalizers. */
  delete(kind: ResourceKind, place: ObjectPlace, only: Preconditions): Promise<"deleted" | "gone">;
  /** Lines without their ends. `absent` where there is no such log (yet). */
  log(pod: Required<ObjectPlace>, options: LogOptions): Promise<Reading<AsyncIterable<string>>>;
  /**
   * What a command prints, as UTF-8. `absent` where no container runs; `denied` as well where it fails, does not end within seconds, or
   * prints without end.
   */
  run(pod: Required<ObjectPlace>, options: RunOptions): Promise<Reading<string>>;
  /** Listens on 127.0.0.1; `onError` hears of each connection that breaks in the cluster. */
  forward(pod: Required<ObjectPlace>, options: ForwardOptions): Promise<Forwarding>;
  /** Never rejects. */
  close(): Promise<void>;
}

export interface ForwardOptions {
  /** Of the pod. */
  port: number;
  /** Of this machine; 0 for any that is free. */
  localPort: number;
  onError(message: string): void;
}

/** A server and its login, without a kubeconfig. */
export interface ServerLogin {
  /** For people, in place of a context. */
  name: string;
  /** `https://rancher.example/k8s/clusters/c-m-1`. */
  url: string;
  token: string;
  /** PEM of the authorities that it is verified by; left out for those of this machine. */
  ca?: string;
}

/** Which cluster: of a kubeconfig, or by its own address. */
export interface ClusterChoice {
  at?: ServerLogin;
  /** A file; left out for `KUBECONFIG`, then `~/.kube/config`. */
  kubeconfig?: string;
  /** Left out for the current context. */
  context?: string;
}
