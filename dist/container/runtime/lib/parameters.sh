# shellcheck shell=bash
# Parameters of the request in the pluggable database: set with each change, and reset when they leave the request.

# Sets every parameter of the request, and resets those that it had and has no more.
configure_parameters() {
  local known name value wanted row
  wanted=$(if [[ -f $APPLY/parameters.tsv ]]; then cut -f 1 "$APPLY/parameters.tsv"; fi)
  known=$(sql_rows parameters pdb) || exit
  remembered_begin "$PARAMETERS_DONE" "$wanted"
  if [[ -s $APPLY/parameters.tsv ]]; then
    while IFS=$'\t' read -r name value; do
      row=$(configure_parameter_row "$name" "$known")
      [[ -n $row ]] || fail parameter-unknown "this release has no parameter $name" "Correct database.parameters."
      [[ $row == *$'\t'TRUE$'\t'* ]] ||
        fail parameter-not-of-pdb "$name can only be set for the whole instance" "Remove it from database.parameters."
      configure_parameter "$name" "$value" "$row"
    done <"$APPLY/parameters.tsv"
  fi
  while IFS= read -r name; do
    if [[ -n $name ]]; then configure_parameter_reset "$name" "$(configure_parameter_row "$name" "$known")"; fi
  done <<<"$(remembered_former "$PARAMETERS_DONE" "$wanted")"
  if [[ -n $wanted ]]; then printf '%s\n' "$wanted"; fi | remembered_write "$PARAMETERS_DONE"
}

# Prints `how it changes TAB whether here TAB value` of a parameter: configure_parameter_row NAME ROWS.
configure_parameter_row() {
  awk -F '\t' -v OFS='\t' -v name="$1" '$1 == name { print $2, $3, $4; exit }' <<<"$2"
}

# SCOPE follows what V$SYSTEM_PARAMETER says: a static one takes effect at the next opening (ORA-02095 otherwise).
configure_parameter() {
  local name=$1 value=$2 scope='SCOPE = BOTH'
  case $3 in
    IMMEDIATE*) ;;
    DEFERRED*) scope='DEFERRED SCOPE = BOTH' ;;
    *) scope='SCOPE = SPFILE' ;;
  esac
  sql_try set-parameter pdb <<<"ALTER SYSTEM SET $name = $value $scope;" >/dev/null ||
    fail parameter-refused "$name = $value: $(<"$RUN/sql-error")" "Correct the value in database.parameters."
  if [[ $scope == 'SCOPE = SPFILE' ]]; then configure_parameter_waits "$name" "$value" "${3##*$'\t'}"; fi
}

# Says that a value waits: nobody closes the pluggable database under people. Before `open` it is opened anew anyway.
configure_parameter_waits() {
  local wanted=$2
  if [[ $wanted == "'"*"'" ]]; then wanted=${wanted:1:${#wanted}-2}; fi
  [[ $PDB_RESTRICTED == NO && ${wanted^^} != "${3^^}" ]] || return 0
  log_progress "$1 = $2 is written, effective after a restart of the pod"
}

# Prints the value that a parameter has here where the request says nothing: what kept the copy quiet must stay.
configure_parameter_ours() {
  case $1 in
    # The phase `open`, which comes again after this one, lets jobs run where they may.
    job_queue_processes) printf 0 ;;
    error_message_details) if [[ $PROFILE_HIDES_ERROR_DETAILS == yes ]]; then printf OFF; fi ;;
    smtp_out_server) if [[ $CLEAR_NETWORK_ACCESS != no ]]; then printf "''"; fi ;;
  esac
}

# Back to what the instance gives. A static one, or one that cannot be reset in memory, changes at the next opening.
configure_parameter_reset() {
  local name=$1 waits=no ours
  [[ -n $2 ]] || return 0
  log_progress "$name is no longer in the request"
  ours=$(configure_parameter_ours "$name")
  if [[ -n $ours ]]; then
    configure_parameter "$name" "$ours" "$2"
    return
  fi
  if ! sql_try reset-parameter pdb <<<"ALTER SYSTEM RESET $name SCOPE = BOTH;" >/dev/null; then
    if grep -q ORA-32010 "$RUN/sql-error"; then return 0; fi
    waits=yes
    sql_try reset-parameter pdb <<<"ALTER SYSTEM RESET $name SCOPE = SPFILE;" >/dev/null ||
      grep -q ORA-32010 "$RUN/sql-error" ||
      fail parameter-not-reset "$name: $(<"$RUN/sql-error")" "Reset it by hand, or put it back into database.parameters."
  fi
  if [[ $waits == yes && $PDB_RESTRICTED == NO ]]; then log_progress "$name is reset, effective after a restart of the pod"; fi
}

# Whether the request sets a parameter.
configure_names_parameter() {
  [[ -f $APPLY/parameters.tsv ]] && cut -f 1 "$APPLY/parameters.tsv" | grep -qxF -- "$1"
}
