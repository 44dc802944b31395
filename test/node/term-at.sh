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

# A later command makes descriptor 3 what 1 is: it must not come first. Before, bash has its script there for a moment.
until catches; do
  if [[ /proc/$pid/fd/3 -ef /proc/$pid/fd/1 ]]; then catches || exit 1; fi
done
[[ $wait == 0 ]] || sleep "$(printf '0.%03d' "$wait")"
kill -TERM "$pid"
