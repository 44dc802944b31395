# shellcheck shell=bash
# impdp and expdp run as a local temporary user: Oracle advises against SYSDBA, and ORACLE_PDB_SID fails silently.

# shellcheck disable=SC2034 # used in other files
readonly LOADER=SEEDBED_LOADER
# shellcheck disable=SC2034 # used in other files
readonly BACKUP_USER=SEEDBED_BACKUP

# Prepares the connection of a client: data_pump_connect USER PASSWORD. UR=A allows connections through a listener that blocks a restricted service.
data_pump_connect() {
  mkdir -p "$RUN/tns"
  printf 'SEEDBED=(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=127.0.0.1)(PORT=1521))(CONNECT_DATA=(SERVER=DEDICATED)(SERVICE_NAME=%s)(UR=A)))\n' \
    "$PDB" >"$RUN/tns/tnsnames.ora"
  printf 'USERID=%s/"%s"@SEEDBED\n' "$1" "$2" >"$RUN/userid.par"
  pdb_statement register 'ALTER SYSTEM REGISTER;'
}

# Runs a client to its end: data_pump_run PROGRAM JOB LOG WATCHER, its parameters on stdin. Returns its status.
data_pump_run() {
  local program=$1 job=$2 log=$3 watcher=$4 parfile=$RUN/$1.par status=0
  # A truncated parameter file could still be valid, but for less than was requested.
  { cat "$RUN/userid.par" && printf 'JOB_NAME=%s\n' "$job" && cat; } >"$parfile" ||
    fail parameters-not-written "the parameters of $program could not be written to ${RUN#"$ROOT"}" "Raise database.resources.memory: /dev/shm is full."
  chmod 0600 "$parfile"
  rm -f "$RUN/stdin"
  mkfifo -m 0600 "$RUN/stdin"
  # An open but silent pipe as input: on a signal the client prompts, and at end of input it would loop.
  exec 8<>"$RUN/stdin"
  DATA_PUMP_PROGRAM=$program DATA_PUMP_JOB=$job
  data_pump_client "$program" "$parfile" | "$watcher" "$log" &
  wait "$!" || status=$?
  DATA_PUMP_JOB=""
  exec 8>&-
  rm -f "$parfile" "$RUN/stdin"
  return "$status"
}

# The client's output, then its status as the last line.
data_pump_client() {
  local status=0
  TNS_ADMIN=$RUN/tns "$1" "parfile=$2" <&8 2>&1 3>&- || status=$?
  printf '\nseedbed-exit %d\n' "$status"
}

# Stops the current job: ending the client would only detach it.
data_pump_stop() {
  [[ -n ${DATA_PUMP_JOB:-} && -f $RUN/userid.par ]] || return 0
  { cat "$RUN/userid.par" && printf 'ATTACH=%s\n' "$DATA_PUMP_JOB"; } >"$RUN/stop.par"
  printf 'STOP_JOB=IMMEDIATE\nyes\n' |
    TNS_ADMIN=$RUN/tns timeout "$STOP_JOB_SECONDS" "$DATA_PUMP_PROGRAM" "parfile=$RUN/stop.par" >/dev/null 2>&1 || :
  rm -f "$RUN/stop.par"
}

# Drops the temporary user with its control tables.
data_pump_disconnect() {
  rm -rf "$RUN/userid.par" "$RUN/tns"
  account_drop "$1"
}

# Prints a log without timestamps and worker numbers (LOGTIME=ALL, METRICS=YES).
data_pump_plain() {
  sed -E 's/^[0-9A-Z-]+ [0-9]{2}:[0-9]{2}:[0-9.]+: //; s/^(W-[0-9]+ +)+//' "$1"
}

# Whether an import finished, with or without errors: data_pump_finished STATUS LOG. Neither the status nor the
# log is sufficient on its own.
data_pump_finished() {
  (($1 == 0 || $1 == 5)) || return 1
  data_pump_plain "$2" | grep -qE '^Job ".*" (successfully completed|completed with [0-9]+ error)'
}

# Prints the first errors of a log.
data_pump_reason() {
  local reason
  reason=$(data_pump_plain "$1" | grep -E '^(ORA|UDI|UDE|LRM|KUP)-[0-9]+' | head -n 3 | tr '\n' ' ') || :
  printf '%s' "${reason:-no error message; the last line was: $(tail -n 1 "$1")}"
}
