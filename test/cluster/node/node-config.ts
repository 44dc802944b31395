import { PAUSE_IMAGE } from "./pause-image.ts";

/** Where everything of a node lies. */
export interface NodePlaces {
  /** The namespaces' own folder. */
  folder: string;
  /** Debian's packages, unpacked. */
  packages: string;
  cgroup: string;
  address: string;
  kubeconfig: string;
}

export function containerdConfig({ folder, packages }: NodePlaces): string {
  return `version = 2
root = "${folder}/containerd"
state = "/run/containerd"
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE_IMAGE}"
  disable_apparmor = true
  # Where root lacks CAP_SYS_RESOURCE a lower score is refused, and no sandbox starts.
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${packages}/usr/lib/cni"
    conf_dir = "${folder}/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      BinaryName = "${packages}/usr/sbin/runc"
      SystemdCgroup = false
`;
}

/** A bridge of the node's own network. */
export const CNI_CONFIG = {
  cniVersion: "0.4.0",
  name: "pods",
  plugins: [
    {
      type: "bridge",
      bridge: "pods0",
      isGateway: true,
      ipMasq: false,
      hairpinMode: true,
      ipam: { type: "host-local", ranges: [[{ subnet: "10.88.0.0/24" }]], dataDir: "/run/cni-ipam" },
    },
  ],
};

/** KubeletConfiguration, kubelet.config.k8s.io/v1beta1. */
export function kubeletConfig({ folder, cgroup, address }: NodePlaces): object {
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    address,
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: "AlwaysAllow" },
    cgroupDriver: "cgroupfs",
    cgroupRoot: `/${cgroup}`,
    failCgroupV1: false,
    failSwapOn: false,
    protectKernelDefaults: true,
    makeIPTablesUtilChains: false,
    containerRuntimeEndpoint: "unix:///run/containerd/containerd.sock",
    clusterDNS: ["10.0.0.10"],
    clusterDomain: "cluster.local",
    resolvConf: `${folder}/resolv.conf`,
    // How long a changed ConfigMap or Secret takes to reach a pod: 54 s were seen with the default of a minute.
    syncFrequency: "5s",
    // A full disk of this machine is not what is tested.
    imageGCHighThresholdPercent: 100,
    evictionHard: {
      "memory.available": "50Mi",
      "nodefs.available": "1%",
      "imagefs.available": "1%",
      "nodefs.inodesFree": "1%",
    },
  };
}
