#!/usr/bin/env bash
# hold.sh FOLDER CGROUP [FLAG OF unshare …]: holds namespaces until its input ends, which happens when its starter is gone,
# however that ended. With the first process of a PID namespace all others end, with the last one its mounts and interfaces;
# folders of cgroups and files are removed here. Says `ready` once others may enter.
set -u
trap '' INT TERM HUP
folder=$1 cgroup=$2
shift 2
unshare --mount --pid --fork --kill-child --mount-proc "$@" -- bash -c 'echo ready; while read -r _; do :; done'

# Processes that were killed leave their cgroup a moment later.
for _ in {1..100}; do
  left=""
  for at in /sys/fs/cgroup/"$cgroup" /sys/fs/cgroup/*/"$cgroup"; do
    [[ ! -d $at ]] || find "$at" -depth -type d -exec rmdir {} + 2>/dev/null || left=$at
  done
  [[ -n $left ]] || break
  sleep 0.1
done
rm -rf --one-file-system "$folder"
