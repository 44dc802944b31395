/** Rancher's own API, as far as names have to be looked up in it. */
export interface Rancher {
  /** Without the path of an API: `https://rancher.example`. */
  url: string;
  /** Clusters of a name; those that the token may not see are left out by Rancher. */
  findClusters(name: string): Promise<RancherRecord[]>;
  /** Projects of a cluster, all of them. */
  listProjects(clusterId: string): Promise<RancherRecord[]>;
}

export interface RancherRecord {
  /** `c-m-1`, or `c-m-1:p-abc` of a project. */
  id: string;
  name: string;
}

export interface RancherLogin {
  url: string;
  token: string;
  /** PEM of the authorities that it is verified by; left out for those of this machine. */
  ca?: string;
}
