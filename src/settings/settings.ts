import type { BaseProfile } from "../profiles/profiles.ts";

/** `.github/seedbed.yml` on the default branch, defaults filled in. */
export interface Settings {
  version: 1;
  platform: People;
  approval: { keys: { id: string; public_key: string }[]; expires_days: number };
  sources: Record<string, SourceSettings>;
  /** `keep_images` says how many images are meant to stay; nothing acts on it yet. */
  registries: { seeds: { repository: string; keep_images: number; pull_secret?: PullSecret } };
  bases: Record<string, BaseSettings>;
  clusters: Record<string, ClusterSettings>;
  policy: { all_schemas: boolean; inline_sources: boolean; max_lifetime_days: number };
}

export interface People {
  teams: string[];
  users: string[];
}

/** A database that may be exported, as its DBAs define it. */
export interface SourceSettings {
  dba: People & { required: number };
  reseed: People;
  ssh: { host: string; port: number; user: string; host_key: string };
  /** The listener as seen from the SSH host. */
  listener: { host: string; port: number };
  service_name: string;
  directory: string;
  /** GitHub environment that holds the credentials. */
  environment: string;
  runner: { group: string; labels: string[] };
  /** Schemas that requests may name. */
  schemas: string[];
  /** When exports may start, as weekdays and times of day; empty for always. */
  windows: ExportWindow[];
  at_once: number;
  stopped: boolean;
}

/** Exports may start between two times of day on the given weekdays. */
export interface ExportWindow {
  days: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
  from: string;
  to: string;
  time_zone: string;
}

export interface BaseSettings {
  /** Image reference by digest: `registry/repository@sha256:…`. */
  image: string;
  platform: "linux/amd64" | "linux/arm64";
  profile: BaseProfile;
}

export interface ClusterSettings {
  fleet_cluster: string;
  /** Rancher project name to `cluster:project` id. */
  projects: Record<string, string>;
  secrets: { kind: "external"; store: string } | { kind: "existing" };
  /** Where databases have the certificates for Oracle Net over TLS from; absent where no request may ask for it. */
  certificates?: Certificates;
  workloads?: Workloads;
  /** By project; what stands here counts instead of the cluster's. */
  project_workloads?: Record<string, Workloads>;
}

/** The login with which nodes pull seed images. */
export type PullSecret =
  | { kind: "external"; store: string; key: string; property?: string }
  | { kind: "existing"; name: string };

/** A certificate that cert-manager makes for each database, or one that is in a Secret of each namespace. */
export type Certificates =
  | { kind: "cert-manager"; issuer: { name: string; kind: "ClusterIssuer" | "Issuer" } }
  | { kind: "existing"; name: string };

/** How databases run in a cluster: what its platform engineers decide for all of them. */
export interface Workloads {
  scheduling?: Scheduling;
  storage?: { class?: string; classes?: string[]; access_mode?: AccessMode };
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
  network?: {
    client_namespaces?: string[];
    service_types?: ServiceType[];
    /** IPv4 blocks. */
    source_ranges?: string[];
    service_annotations?: Record<string, string>;
  };
  /** Kinds of a Rancher project's quota, by Rancher's names. */
  project_quota?: ProjectQuota[];
}

export interface Scheduling {
  node_selector?: Record<string, string>;
  node_affinity?: { key: string; operator: "In" | "NotIn" | "Exists" | "DoesNotExist"; values?: string[] }[];
  spread?: string;
  tolerations?: {
    key: string;
    operator: "Equal" | "Exists";
    value?: string;
    effect?: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
  }[];
  priority_class?: string;
}

export type AccessMode = "ReadWriteOnce" | "ReadWriteOncePod";
export type ServiceType = "LoadBalancer" | "NodePort";
export type ProjectQuota =
  | "limitsCpu"
  | "requestsCpu"
  | "limitsMemory"
  | "requestsMemory"
  | "requestsStorage"
  | "pods"
  | "persistentVolumeClaims"
  | "services"
  | "servicesLoadBalancers"
  | "servicesNodePorts";
