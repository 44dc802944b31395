import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseAllDocuments } from "yaml";
import type { ManifestFile } from "../../world/cluster/read-manifests.ts";
import type { ClusterClient } from "../client.ts";
import type { ClusterObject, ObjectName } from "../cluster-object.ts";
import type { ClusterNode } from "./start-node.ts";

/** A pod as the API server has it, as far as the suites look at it. */
export interface LivePod extends ClusterObject {
  spec: { terminationGracePeriodSeconds: number };
  status: {
    phase: string;
    conditions?: { type: string; status: string; lastTransitionTime: string }[];
    containerStatuses?: ContainerStatus[];
  };
}

export interface ContainerStatus {
  ready: boolean;
  restartCount: number;
  containerID?: string;
  state: ContainerState;
  lastState: ContainerState;
}

interface ContainerState {
  waiting?: { reason: string; message?: string };
  running?: { startedAt: string };
  terminated?: { exitCode: number; reason: string; message?: string };
}

/** A place in the log of one pod. */
export interface LogMark {
  uid: string;
  at: number;
}

const POD = "oracle-0";
const CLASS = "local";

/** One database on a real cluster: what its manifests have become. */
export class LiveDatabase {
  readonly namespace: string;
  readonly #client: ClusterClient;
  readonly #node: ClusterNode;

  constructor(client: ClusterClient, node: ClusterNode, namespace: string) {
    this.#client = client;
    this.#node = node;
    this.namespace = namespace;
  }

  /** The folder that the claim is bound to, as a path of this machine. */
  get volume(): string {
    return join(this.#node.space.folder, "volumes", this.namespace);
  }

  /** A volume of the node for the claim to come: the pod's group is applied to it, which it would not be to a hostPath. */
  async makeVolume(): Promise<void> {
    await mkdir(this.volume, { recursive: true });
    await this.write({
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: CLASS, annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
      provisioner: "kubernetes.io/no-provisioner",
    });
    const host = { key: "kubernetes.io/hostname", operator: "In", values: [this.#node.name] };
    await this.write({
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: this.namespace },
      spec: {
        capacity: { storage: "20Gi" },
        accessModes: ["ReadWriteOnce"],
        storageClassName: CLASS,
        persistentVolumeReclaimPolicy: "Retain",
        claimRef: { namespace: this.namespace, name: "oradata" },
        local: { path: this.volume },
        nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [host] }] } },
      },
    });
  }

  /** Applies rendered files in the order of their names, as Fleet's deployer does; the file for Fleet itself is none. */
  async apply(files: ManifestFile[]): Promise<void> {
    for (const { path, text } of files.filter((file) => !file.path.endsWith("fleet.yaml")))
      for (const document of parseAllDocuments(text)) await this.write(document.toJS() as ClusterObject, path);
  }

  /** Server-side apply; a refusal is an error. */
  async write(object: ClusterObject, from = "the test"): Promise<void> {
    const { status, message } = await this.#client.apply(object, { force: true });
    if (status > 299) throw new Error(`${from}: ${object.kind} ${object.metadata.name}: ${status} ${message}`);
  }

  async writeSecret(name: string, stringData: Record<string, string>, type = "Opaque"): Promise<void> {
    await this.write({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name, namespace: this.namespace },
      type,
      stringData,
    });
  }

  name(apiVersion: string, kind: string, name: string): ObjectName {
    return { apiVersion, kind, metadata: { name, namespace: this.namespace } };
  }

  /** null where there is none. */
  async pod(): Promise<LivePod | null> {
    const { status, object } = await this.#client.get(this.name("v1", "Pod", POD));
    return status === 200 ? (object as LivePod) : null;
  }

  async container(): Promise<ContainerStatus | null> {
    return (await this.pod())?.status.containerStatuses?.[0] ?? null;
  }

  /** Waits until something holds of the pod's container; returns it. */
  async until(holds: (container: ContainerStatus) => boolean): Promise<ContainerStatus> {
    for (;;) {
      const container = await this.container();
      if (container && holds(container)) return container;
      await sleep(200);
    }
  }

  async untilReady(): Promise<LivePod> {
    for (;;) {
      const pod = await this.pod();
      const gone = pod?.metadata["deletionTimestamp"] !== undefined;
      if (pod && !gone && isReady(pod)) return pod;
      await sleep(200);
    }
  }

  /** Waits until a pod is gone that the API server had before its template changed. */
  async untilReplaced({ metadata }: LivePod): Promise<void> {
    while ((await this.pod())?.metadata.uid === metadata.uid) await sleep(200);
  }

  async deletePod(): Promise<void> {
    const { status, message } = await this.#client.delete(this.name("v1", "Pod", POD));
    if (status > 299) throw new Error(message);
  }

  /** Where the log is now. */
  async mark(): Promise<LogMark> {
    const uid = await this.#uid();
    return { uid, at: this.#logOf(uid).length };
  }

  /**
   * What the containers of the pod have printed, oldest first, as the node keeps it (CRI's log format): since a mark, or of a pod that
   * came after it. The log of the pod before it stays for a while beside it.
   */
  async log(since?: LogMark): Promise<string> {
    const uid = await this.#uid();
    return this.#logOf(uid).slice(since?.uid === uid ? since.at : 0);
  }

  /** Waits for a line of the log. */
  async sees(pattern: RegExp, since?: LogMark): Promise<string> {
    for (;;) {
      const log = await this.log(since);
      if (pattern.test(log)) return log;
      await sleep(100);
    }
  }

  async #uid(): Promise<string> {
    return (await this.pod())?.metadata.uid ?? "";
  }

  #logOf(uid: string): string {
    const folder = join(this.#node.space.path("/var/log/pods"), `${this.namespace}_${POD}_${uid}`, "oracle");
    const files = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
    const lines = files.flatMap((file) => readFileSync(file, "utf8").split("\n").filter(Boolean));
    return lines
      .toSorted()
      .map((line) => `${line.split(" ").slice(3).join(" ")}\n`)
      .join("");
  }

  /** Runs a program in the container as the kubelet does for a probe; its status. */
  async exec(...args: string[]): Promise<number> {
    const id = await this.#containerId();
    return (await this.#node.ctr("task", "exec", "--exec-id", `t${Date.now()}`, id, ...args)).status;
  }

  /** Starts a program of this machine in the network of the pod, as if it listened there; it ends with the node. */
  async startInNetwork(...args: string[]): Promise<void> {
    const { out } = await this.#node.ctr("task", "ls");
    const id = await this.#containerId();
    const pid = out
      .split("\n")
      .find((line) => line.startsWith(id))!
      .trim()
      .split(/\s+/)[1]!;
    const inside = ["nsenter", "--target", pid, "--net", "--", ...args];
    this.#node.space.start(inside, join(this.#node.space.folder, "in-network.log"));
  }

  /** Sends a signal to PID 1 of the container. */
  async signal(name: "KILL" | "STOP"): Promise<void> {
    const { status, out } = await this.#node.ctr("task", "kill", "--signal", `SIG${name}`, await this.#containerId());
    if (status !== 0) throw new Error(out);
  }

  async #containerId(): Promise<string> {
    const { containerID } = await this.until(({ state }) => state.running !== undefined);
    return containerID!.replace("containerd://", "");
  }
}

export function isReady(pod: LivePod): boolean {
  return (pod.status.conditions ?? []).some(({ type, status }) => type === "Ready" && status === "True");
}
