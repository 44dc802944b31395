# shellcheck shell=bash
# The base image's own start: our child, stopped by us.

# Starts what the base image would have started; the working directory stays the image's.
base_start() {
  local -a command
  [[ -s $BASE_COMMAND ]] || fail base-command-missing "the image does not say how its base starts" "Build the seed image again."
  mapfile -t command <"$BASE_COMMAND"
  # In a sandbox the image's absolute paths lie below its root.
  if [[ ${command[0]} == /* && -x $ROOT${command[0]} ]]; then command[0]=$ROOT${command[0]}; fi
  "${command[@]}" 3>&- &
  BASE_PID=$!
}

# Puts our hook where the base image calls it: first in its folder, executable for gvenzl's image. A folder that cannot
# be written (a mounted one) only costs the wait until PID 1 goes on without a hook.
base_install_hook() {
  { mkdir -p "$PROFILE_HOOKS" && cp "$LIB/hook.sh" "$PROFILE_HOOKS/00-seedbed.sh" && chmod 0755 "$PROFILE_HOOKS/00-seedbed.sh"; } 2>/dev/null ||
    log_progress "the hook could not be put into ${PROFILE_HOOKS#"$ROOT"}: going on without it"
}

# Whether a process of ours is there.
process_lives() {
  [[ -n ${1:-} ]] && kill -0 "$1" 2>/dev/null
}

# Waits until a process is gone: process_wait PID SECONDS. Returns 1 when it is still there.
process_wait() {
  local until=$((SECONDS + $2))
  while process_lives "$1"; do
    ((SECONDS < until)) || return 1
    sleep 0.2
  done
}

# Ends a process and those it started: process_stop PID SECONDS.
process_stop() {
  process_lives "${1:-}" || return 0
  kill -TERM -- "-$1" 2>/dev/null || kill -TERM "$1" 2>/dev/null || :
  process_wait "$1" "$2" && return
  kill -KILL -- "-$1" 2>/dev/null || kill -KILL "$1" 2>/dev/null || :
}

# Asks the base image to shut its database down; bounded, because its trap may go on with the script afterwards.
base_stop() {
  process_lives "${BASE_PID:-}" || return 0
  kill -TERM "$BASE_PID" 2>/dev/null || :
  process_wait "$BASE_PID" "$STOP_SECONDS" && return
  kill -KILL "$BASE_PID" 2>/dev/null || :
}
