import { parseAllDocuments } from "yaml";
import { bytesOf, readLimits, readProbes, readSecurity, type Container, type PodSecurity } from "./read-container.ts";

export interface ManifestFile {
  path: string;
  text: string;
}

/** The parts of a bundle that the stand-in for Fleet and kubelet applies. */
export interface Workload {
  namespace: string;
  replicas: number;
  /** Kubernetes' default: nothing replaces a pod that is not ready. */
  ordered: boolean;
  /** The pod template's own text: another text is another pod. */
  template: string;
  image: { host: string; repository: string; digest: string };
  graceSeconds: number;
  probes: ReturnType<typeof readProbes>;
  security: ReturnType<typeof readSecurity>;
  limits: ReturnType<typeof readLimits>;
  mounts: Mount[];
}

export type Mount = { path: string } & (
  | { kind: "claim"; name: string }
  | { kind: "files"; source: string; files: Map<string, string>; mode: number }
  | { kind: "secret"; name: string; items: { key: string; path: string }[]; mode: number }
  | { kind: "memory"; bytes: number | null }
) & { readOnly: boolean };

interface Item {
  key: string;
  path: string;
}

interface Volume {
  name: string;
  persistentVolumeClaim?: { claimName: string };
  configMap?: { name: string; items?: Item[]; defaultMode?: number; optional?: boolean };
  secret?: { secretName: string; items?: Item[]; defaultMode?: number };
  emptyDir?: { medium?: string; sizeLimit?: string };
}

interface Kubernetes {
  kind?: string;
  metadata: { name: string; namespace?: string };
  data?: Record<string, string>;
  spec?: Record<string, unknown>;
}

interface StatefulSet {
  replicas: number;
  podManagementPolicy?: "OrderedReady" | "Parallel";
  template: {
    spec: {
      terminationGracePeriodSeconds?: number;
      securityContext?: PodSecurity;
      volumes?: Volume[];
      containers: (Container & {
        image: string;
        env?: unknown[];
        command?: unknown;
        args?: unknown;
        volumeMounts?: { name: string; mountPath: string; subPath?: string; readOnly?: boolean }[];
      })[];
    };
  };
}

/** Reads a bundle's files; throws for what the API server or kubelet would refuse. */
export function readWorkload(files: ManifestFile[]): Workload {
  const objects = files
    .filter(({ path }) => !path.endsWith("fleet.yaml"))
    .flatMap(({ path, text }) =>
      parseAllDocuments(text).map((document) => {
        if (document.errors.length > 0) throw new Error(`${path}: ${document.errors[0]!.message}`);
        return document.toJS() as Kubernetes;
      }),
    );
  const seen = new Set<string>();
  for (const { kind, metadata } of objects) {
    const key = `${kind}/${metadata.namespace ?? ""}/${metadata.name}`;
    if (seen.has(key)) throw new Error(`${key} stands twice in the bundle`);
    seen.add(key);
  }
  const sets = objects.filter(({ kind }) => kind === "StatefulSet");
  if (sets.length !== 1) throw new Error(`the bundle has ${sets.length} StatefulSets`);
  return workload(sets[0]!, objects);
}

function workload(object: Kubernetes, objects: Kubernetes[]): Workload {
  const spec = object.spec as unknown as StatefulSet;
  const pod = spec.template.spec;
  const [container, ...others] = pod.containers;
  if (!container || others.length > 0) throw new Error("exactly one container is expected");
  if (container.command !== undefined || container.args !== undefined || (container.env ?? []).length > 0)
    throw new Error("command, args and env of the manifests are not carried out here: the image alone says what runs");
  const mounts = (container.volumeMounts ?? []).map((mount) => {
    if (mount.subPath !== undefined)
      throw new Error(`${mount.mountPath}: a subPath mount never sees a changed ConfigMap`);
    const volume = (pod.volumes ?? []).find(({ name }) => name === mount.name);
    if (!volume) throw new Error(`${mount.mountPath}: there is no volume ${mount.name}`);
    return { ...contentOf(mount.mountPath, volume, objects), readOnly: mount.readOnly ?? false };
  });
  return {
    namespace: object.metadata.namespace ?? "default",
    replicas: spec.replicas,
    ordered: spec.podManagementPolicy !== "Parallel",
    template: JSON.stringify(spec.template),
    image: readImage(container.image),
    graceSeconds: pod.terminationGracePeriodSeconds ?? 30,
    probes: readProbes(container),
    security: readSecurity(pod.securityContext ?? {}, container),
    limits: readLimits(container),
    mounts,
  };
}

function readImage(reference: string): Workload["image"] {
  const match = /^([^/]+)\/(.+)@(sha256:[0-9a-f]{64})$/.exec(reference);
  if (!match) throw new Error(`ErrImagePull: ${reference} is not pinned by digest`);
  return { host: match[1]!, repository: match[2]!, digest: match[3]! };
}

type Content = Mount extends infer Kind ? (Kind extends Mount ? Omit<Kind, "readOnly"> : never) : never;

function contentOf(path: string, volume: Volume, objects: Kubernetes[]): Content {
  const claim = volume.persistentVolumeClaim?.claimName;
  if (claim !== undefined) {
    if (!objects.some(({ kind, metadata }) => kind === "PersistentVolumeClaim" && metadata.name === claim))
      throw new Error(`persistentvolumeclaim "${claim}" not found`);
    return { path, kind: "claim", name: claim };
  }
  if (volume.emptyDir) {
    if (volume.emptyDir.medium !== "Memory")
      throw new Error(`${path}: an emptyDir on the node's disk is not simulated`);
    return { path, kind: "memory", bytes: bytesOf(volume.emptyDir.sizeLimit) };
  }
  if (volume.secret) {
    const { secretName, items = [], defaultMode = 0o644 } = volume.secret;
    return { path, kind: "secret", name: secretName, items, mode: defaultMode };
  }
  const { configMap } = volume;
  if (!configMap) throw new Error(`${path}: volumes of this kind are not simulated`);
  const source = objects.find(({ kind, metadata }) => kind === "ConfigMap" && metadata.name === configMap.name);
  if (!source) throw new Error(`configmap "${configMap.name}" not found`);
  const data = source.data ?? {};
  const bytes = Object.values(data).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > 1024 * 1024)
    throw new Error(`ConfigMap "${configMap.name}" is invalid: []: Too long: must have at most 1048576 bytes`);
  const items = configMap.items ?? Object.keys(data).map((key) => ({ key, path: key }));
  const files = new Map<string, string>();
  for (const { key, path: to } of items) {
    if (data[key] !== undefined) files.set(to, data[key]);
    else if (configMap.optional !== true) throw new Error(`configmap references non-existent config key: ${key}`);
  }
  return { path, kind: "files", source: configMap.name, files, mode: configMap.defaultMode ?? 0o644 };
}
