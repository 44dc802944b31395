import type { PulledImage } from "../world/registry/pull.ts";
import type { Workload } from "../world/cluster/read-manifests.ts";

/** A folder of the node at a path of the container. */
export interface Bind {
  source: string;
  destination: string;
  readOnly: boolean;
}

/** What containerd gives to every container: `defaultUnixCaps` of its oci/spec.go. */
const USUAL =
  "CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE";

/** What containerd hides from and protects in every container: `populateDefaultUnixSpec` of its oci/spec.go. */
const MASKED = "/proc/acpi /proc/asound /proc/kcore /proc/keys /proc/latency_stats /proc/timer_list /proc/scsi";
const PROTECTED = "/proc/bus /proc/fs /proc/irq /proc/sys /proc/sysrq-trigger";

const SYSTEM = [
  ["proc", "/proc", "proc", "nosuid,noexec,nodev"],
  ["tmpfs", "/dev", "tmpfs", "nosuid,strictatime,mode=755,size=65536k"],
  ["devpts", "/dev/pts", "devpts", "nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5"],
  ["mqueue", "/dev/mqueue", "mqueue", "nosuid,noexec,nodev"],
  ["sysfs", "/sys", "sysfs", "nosuid,noexec,nodev,ro"],
  ["cgroup", "/sys/fs/cgroup", "cgroup", "nosuid,noexec,nodev,relatime,ro"],
] as const;

/** The runtime's configuration of one container (OCI runtime-spec, config.md), as the kubelet and containerd make it of a pod. */
export function ociSpec(of: { workload: Workload; image: PulledImage; binds: Bind[]; cgroup: string }): object {
  const { workload, image, binds } = of;
  const { security, limits } = workload;
  const { Entrypoint = [], Cmd = [], Env = [], WorkingDir = "/" } = image.config.config ?? {};
  const kept = (security.capabilities ?? USUAL.split(" ")).map((name) => `CAP_${name}`);
  return {
    ociVersion: "1.0.2",
    hostname: "oracle-0",
    root: { path: "rootfs", readonly: security.readOnlyRoot },
    process: {
      user: {
        uid: security.user,
        gid: security.group,
        additionalGids: security.volumeGroup === null ? [] : [security.volumeGroup],
      },
      args: [...Entrypoint, ...Cmd],
      env: [...Env, "HOSTNAME=oracle-0"],
      cwd: WorkingDir || "/",
      noNewPrivileges: security.noNewPrivileges,
      // None that a program without set-uid would have: the user is not root.
      capabilities: { bounding: kept, effective: kept, permitted: kept },
    },
    mounts: [
      ...SYSTEM.map(([source, destination, type, options]) => ({
        source,
        destination,
        type,
        options: options.split(","),
      })),
      ...binds.map(({ source, destination, readOnly }) => ({
        source,
        destination,
        type: "bind",
        options: ["rbind", "rprivate", readOnly ? "ro" : "rw"],
      })),
    ],
    linux: {
      cgroupsPath: `/${of.cgroup}`,
      resources: {
        ...(limits.memory === null ? {} : { memory: { limit: limits.memory } }),
        ...(limits.cpu === null ? {} : { cpu: { quota: limits.cpu * 100_000, period: 100_000 } }),
      },
      namespaces: ["pid", "network", "ipc", "uts", "mount"].map((type) => ({ type })),
      maskedPaths: MASKED.split(" "),
      readonlyPaths: PROTECTED.split(" "),
    },
  };
}
