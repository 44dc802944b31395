#!/usr/bin/env bash
# term-at.sh CGROUP MILLISECONDS: waits for the first command of the entrypoint in a new container, and sends it TERM so long
# afterwards. Before that command the signal is lost: the kernel drops it for a first process that has not asked for it.
set -u
cgroup=$1 wait=$2
pid="" name=""
# Until then the processes of its cgroup are runc's own, `runc:[2:INIT]` the last of them.
while [[ $name != entrypoint.sh ]]; do
  for file in /sys/fs/cgroup/pids/"$cgroup"/cgroup.procs /sys/fs/cgroup/"$cgroup"/cgroup.procs; do
    { read -r pid <"$file" && read -r name <"/proc/$pid/comm"; } 2>/dev/null || :
  done
done

# Bit 14 of the caught signals is TERM (signal(7), proc(5)).
catches() {
  local key value
  while read -r key value; do
    [[ $key != SigCgt: ]] || return $(((16#$value >> 14 & 1) == 0))
  done 2>/dev/null <"/proc/$pid/status"
  return 1
}

# While bash sets a trap nobody knows what becomes of the signal. A later command opens descriptor 3, and must not come first.
until [[ -e /proc/$pid/fd/3 ]]; do :; done
catches || exit 1
[[ $wait == 0 ]] || sleep "$(printf '0.%03d' "$wait")"
kill -TERM "$pid"
