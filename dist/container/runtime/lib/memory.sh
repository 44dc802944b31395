# shellcheck shell=bash
# The container's memory: what a base image would give to its instance altogether is shared out here.

# Below this an Enterprise instance, its processes and an import do not fit beside each other.
readonly MEMORY_LEAST_MEBIBYTES=4096

# Prints the memory limit of the container in MiB; nothing where it has none.
memory_limit() {
  local file value=""
  for file in "$CGROUP/memory.max" "$CGROUP/memory/memory.limit_in_bytes"; do
    if [[ -r $file ]]; then value=$(<"$file") && break; fi
  done
  # Version 1 has no word for "no limit": it gives a number near 2^63.
  if [[ $value =~ ^[0-9]{1,15}$ ]]; then printf '%d' "$((value / 1048576))"; fi
}

# Stops where the container is too small to import.
memory_must_do() {
  local limit
  limit=$(memory_limit)
  ((${limit:-$MEMORY_LEAST_MEBIBYTES} >= MEMORY_LEAST_MEBIBYTES)) ||
    fail memory-too-small "the container may use $limit MiB of memory, and this base needs $MEMORY_LEAST_MEBIBYTES MiB" \
      "Set database.resources.memory to 4Gi or more."
}

# Says how much the new instance may take. Without it DBCA shares out the whole limit: half for the SGA and a fifth for
# the PGA leave room for the processes, Data Pump and /dev/shm, whose pages count as well.
memory_share_out() {
  local limit
  [[ -z ${INIT_SGA_SIZE:-}${INIT_PGA_SIZE:-} ]] || return 0
  limit=$(memory_limit)
  limit=${limit:-$MEMORY_LEAST_MEBIBYTES}
  export INIT_SGA_SIZE=$((limit / 2)) INIT_PGA_SIZE=$((limit / 5))
}
