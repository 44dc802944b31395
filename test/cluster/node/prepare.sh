#!/usr/bin/env bash
# prepare.sh FOLDER CGROUP ADDRESS: makes the inside of a node's namespaces fit for containerd and kubelet.
set -Eeuo pipefail
folder=$1 cgroup=$2 address=$3

# Of this namespace alone, which was made private before: pods' mounts reach the containers that share them.
mount --make-rshared /
for place in /run /var/log /var/lib/cni; do
  mkdir -p "$place"
  mount -t tmpfs tmpfs "$place"
done
mkdir -p /run/netns /run/lock

# The kubelet insists on settings of the kernel, which are the whole machine's: it sees files with the wanted values instead,
# and with protectKernelDefaults it writes none (container_manager_linux.go, setupKernelTunables).
for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \
  kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
  file=$folder/sysctl/${setting%=*}
  mkdir -p "${file%/*}"
  printf '%s\n' "${setting#*=}" >"$file"
  mount --bind "$file" "/proc/sys/${setting%=*}"
done

ip link set lo up
ip address add "$address/24" dev node0
ip link set node0 up

# A folder of cgroup v1 has no processors and no memory before somebody says which.
for controller in /sys/fs/cgroup/*/; do
  [[ -f $controller/tasks ]] || continue
  mkdir -p "$controller$cgroup"
  for file in cpuset.cpus cpuset.mems; do
    [[ ! -f $controller/$file ]] || cat "$controller/$file" >"$controller$cgroup/$file"
  done
done
if [[ -f /sys/fs/cgroup/cgroup.controllers ]]; then
  mkdir -p "/sys/fs/cgroup/$cgroup"
  printf '+%s\n' cpu cpuset memory pids >/sys/fs/cgroup/cgroup.subtree_control
fi
