# shellcheck shell=bash
# What PID 1 does every second. LIFE is the container's state: starting, working, open, holding.

watch_begin() {
  LIFE=starting
  BASE_SINCE=$SECONDS
  PROBED_AT=$SECONDS
  ANSWERS_SINCE=""
  WATCHED_AT=$SECONDS
  INSTANCE_MISSES=0
  SECRETS_SEEN=$(secrets_dates)
}

watch_tick() {
  process_lives "$BASE_PID" || watch_base_ended
  case $LIFE in
    starting) watch_starting ;;
    working) watch_machine ;;
    open | holding)
      watch_instance
      watch_changes
      ;;
  esac
}

# Without the base image's process there is no database.
watch_base_ended() {
  local status=0
  wait "$BASE_PID" || status=$?
  # The state machine also fails when the database ends, but that is not the original failure.
  : >"$STOPPING"
  process_stop 5 "$MACHINE_PID"
  rm -f "$STOPPING"
  (fail base-ended "the base image's start command ended with status $status" \
    "Check its messages above this line; the alert log is below /opt/oracle/diag.") || :
  entrypoint_end 1
}

# Waits for the hook; if it is never called (a base that skips hooks), the state machine starts without it.
watch_starting() {
  if [[ -f $HOOK_CAME ]]; then
    machine_begin start
    return
  fi
  if ((SECONDS - PROBED_AT >= PROBE_BASE_SECONDS)); then
    PROBED_AT=$SECONDS
    watch_probe_base
  fi
  if [[ -n $ANSWERS_SINCE ]] && ((SECONDS - ANSWERS_SINCE >= HOOK_GRACE_SECONDS)); then
    log_progress 'the database responds, but the base image did not call the hook: continuing without it'
    machine_begin start
  elif ((SECONDS - BASE_SINCE >= BASE_START_SECONDS)); then
    (fail base-too-slow "the base image's start command took more than $((BASE_START_SECONDS / 60)) minutes" \
      "Check its messages above this line; the usual reason is slow storage.") || :
    entrypoint_end 1
  fi
}

# In a child process, so that a database that does not respond cannot delay a stop.
watch_probe_base() {
  (
    trap - ERR TERM INT
    sql_environment
    sql_try instance-state root <"$SELF/sql/instance-state.sql" >"$RUN/answer" && grep -q 'READ WRITE' "$RUN/answer"
  ) >/dev/null 2>&1 &
  if wait "$!"; then ANSWERS_SINCE=${ANSWERS_SINCE:-$SECONDS}; else ANSWERS_SINCE=""; fi
}

# Starts the state machine in a separate process group: machine_begin start|apply.
machine_begin() {
  LIFE=working
  MACHINE_MODE=$1
  set -m
  bash "$LIB/machine.sh" "$1" </dev/null &
  MACHINE_PID=$!
  set +m
}

watch_machine() {
  local status=0
  process_lives "$MACHINE_PID" && return
  wait "$MACHINE_PID" || status=$?
  MACHINE_PID=""
  if ((status == 0)); then
    watch_opened
  elif [[ $MACHINE_MODE == apply ]]; then
    # The database is in use: a failure to apply a change is logged, and retried with the next change or start.
    LIFE=open
  elif ((status == EXIT_HOLD)) || watch_holds_on_failure; then
    LIFE=holding
    log_progress 'holding: the database is restricted, no further attempt until the configuration changes'
  else
    ((status == EXIT_FAILED)) || (fail machine-died "the state machine ended with status $status" "Check the lines above this one.") || :
    entrypoint_end 1
  fi
}

watch_holds_on_failure() {
  [[ $(value_of "$APPLY/apply.env" ON_FAILURE) == hold ]]
}

watch_opened() {
  LIFE=open
  : >"$READY"
  rm -f "$RUN/base-password"
  process_lives "$SCHEDULER_PID" && return
  set -m
  bash "$LIB/scheduler.sh" </dev/null &
  SCHEDULER_PID=$!
  set +m
}

# A base image's start command keeps running without its instance; after some minutes (a DBA may be restarting it) the container ends, and
# Kubernetes restarts it.
watch_instance() {
  ((SECONDS - PROBED_AT >= INSTANCE_PROBE_SECONDS)) || return 0
  PROBED_AT=$SECONDS
  watch_probe_base
  if [[ -n $ANSWERS_SINCE ]]; then
    INSTANCE_MISSES=0
    return
  fi
  INSTANCE_MISSES=$((INSTANCE_MISSES + 1))
  ((INSTANCE_MISSES >= INSTANCE_MISSES_ALLOWED)) || return 0
  (fail instance-gone "the database instance did not respond $INSTANCE_MISSES times in a row" "Check the alert log below /opt/oracle/diag.") || :
  entrypoint_end 1
}

# Compares the mounted configuration and the secrets' dates with what was applied.
watch_changes() {
  local mounted secrets
  ((SECONDS - WATCHED_AT >= WATCH_SECONDS)) || return 0
  WATCHED_AT=$SECONDS
  mounted=$(config_mounted "$APPLY_MOUNT" "$DEFAULTS/apply")
  secrets=$(secrets_dates)
  [[ $mounted != "$(digest_file "$APPLY/SHA256SUMS")" || $secrets != "$SECRETS_SEEN" ]] || return 0
  # A switch is in progress, or files were edited by hand: checked again shortly.
  config_take_apply || return 0
  SECRETS_SEEN=$secrets
  if [[ $LIFE == open ]]; then machine_begin apply; else machine_begin start; fi
}
