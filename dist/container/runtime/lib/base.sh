# shellcheck shell=bash
# The base image's own start command: started and stopped by PID 1.

# Starts the base image's own command in the image's working directory.
base_start() {
  local -a command
  [[ -s $BASE_COMMAND ]] || fail base-command-missing "the image has no record of its base's start command" "Build the seed image again."
  mapfile -t command <"$BASE_COMMAND"
  # In a sandbox the image's absolute paths are below its root.
  if [[ ${command[0]} == /* && -x $ROOT${command[0]} ]]; then command[0]=$ROOT${command[0]}; fi
  # With the image's own umask: files that its start creates as root must be readable for uid 54321.
  (umask 022 && exec "${command[@]}") 3>&- &
  BASE_PID=$!
}

# Installs Seedbed's hook where the base image calls it: first in its folder, executable for gvenzl's image. If the folder
# is not writable (a mounted one), PID 1 only has to wait until it continues without a hook.
base_install_hook() {
  { mkdir -p "$PROFILE_HOOKS" && cp "$LIB/hook.sh" "$PROFILE_HOOKS/00-seedbed.sh" && chmod 0755 "$PROFILE_HOOKS/00-seedbed.sh"; } 2>/dev/null ||
    log_progress "the hook could not be installed in ${PROFILE_HOOKS#"$ROOT"}: continuing without it"
}

# Whether a child process is running.
process_lives() {
  [[ -n ${1:-} ]] && kill -0 "$1" 2>/dev/null
}

# Waits until a process has ended: process_wait PID SECONDS. Returns 1 if it is still running.
process_wait() {
  local until=$((SECONDS + $2))
  while process_lives "$1"; do
    ((SECONDS < until)) || return 1
    sleep 0.2
  done
}

# Ends processes and their children within one time limit for all: process_stop SECONDS PID…
process_stop() {
  local until=$((SECONDS + $1)) pid
  shift
  for pid in "$@"; do
    if process_lives "$pid"; then process_signal TERM "$pid"; fi
  done
  for pid in "$@"; do
    process_wait "$pid" "$((until - SECONDS))" || process_signal KILL "$pid"
  done
}

# Signals a process's group, or only the process if it has no group of its own.
process_signal() {
  kill "-$1" -- "-$2" 2>/dev/null || kill "-$1" "$2" 2>/dev/null || :
}

# Asks the base image to shut its database down; with a time limit, because its trap may continue the script afterwards.
base_stop() {
  process_lives "${BASE_PID:-}" || return 0
  kill -TERM "$BASE_PID" 2>/dev/null || :
  process_wait "$BASE_PID" "$STOP_SECONDS" && return
  kill -KILL "$BASE_PID" 2>/dev/null || :
}
