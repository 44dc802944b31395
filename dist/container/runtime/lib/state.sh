# shellcheck shell=bash
# Records the finished phases. Each file has the database, the import, its inputs and the digest of the previous file.

PHASES=(created found verified restricted prepared imported reconciled secured configured checked backups_on open)

# Prints a phase's position, starting at 0.
state_index() {
  local index
  for index in "${!PHASES[@]}"; do
    [[ ${PHASES[index]} == "$1" ]] && printf '%d' "$index" && return 0
  done
  return 1
}

# Records a finished phase: state_write PHASE INPUTS.
state_write() {
  local phase=$1 inputs=$2
  printf 'phase=%s\ndatabase=%s\nimport_key=%s\ninputs=%s\nprevious=%s\nfinished=%s\n' \
    "$phase" "$DB_IDENTITY" "$IMPORT_KEY" "$inputs" "$(state_previous "$phase")" \
    "$(date -u +%Y-%m-%dT%H:%M:%SZ)" | durable_write "$STATE/$phase"
}

# Prints the digest of the previous phase's file.
state_previous() {
  local index
  index=$(state_index "$1")
  if ((index == 0)); then
    printf 'none'
  else
    digest_file "$STATE/${PHASES[index - 1]}"
  fi
}

# Whether a phase's file matches this database, this import and the previous phases.
state_holds() {
  local file=$STATE/$1
  value_is "$file" phase "$1" && value_is "$file" database "$DB_IDENTITY" && value_is "$file" import_key "$IMPORT_KEY" &&
    value_is "$file" previous "$(state_previous "$1")"
}

# Prints the number of phases, from the first on, that need not run again.
state_finished() {
  local phase inputs held count
  held=$(state_held)
  # The results of the import are kept even if other inputs change: only a new import key replaces data.
  for ((count = $(state_settled "$held"); count < held; count++)); do
    phase=${PHASES[count]}
    inputs=$("phase_${phase}_inputs") || return
    value_is "$STATE/$phase" inputs "$inputs" || break
  done
  printf '%d' "$count"
}

# Prints the number of phases, from the first on, whose files hold.
state_held() {
  local phase count=0
  for phase in "${PHASES[@]}"; do
    state_holds "$phase" || break
    count=$((count + 1))
  done
  printf '%d' "$count"
}

# Prints the number of phases that changed inputs do not affect: all up to `secured` or `imported`, or none: state_settled HELD.
state_settled() {
  local index settled=0
  for ((index = 0; index < $1; index++)); do
    case ${PHASES[index]} in imported | reconciled | secured) settled=$((index + 1)) ;; esac
  done
  printf '%d' "$settled"
}

# Fails if a file says that this import was finished, but the files before it do not: state_guard FINISHED.
state_guard() {
  if (($1 <= $(state_index imported))) && state_claims_import; then
    fail state-damaged "the files in ${STATE#"$ROOT"} are inconsistent, but record that this import was finished" \
      "Restore the volume, or remove ${STATE#"$ROOT"} to import again, which replaces the data."
  fi
}

# Whether a file records that this import was finished in this database.
state_claims_import() {
  local file=$STATE/imported
  [[ -f $file && $(value_of "$file" database) == "$DB_IDENTITY" && $(value_of "$file" import_key) == "$IMPORT_KEY" ]]
}

# Removes the records of a phase and all later ones, the last first: a kill in between leaves a shorter chain, never a gap.
state_void_from() {
  local index
  for ((index = ${#PHASES[@]} - 1; index >= $1; index--)); do
    rm -f "$STATE/${PHASES[index]}" "$STATE/${PHASES[index]}.tmp"
  done
  durable_sync "$STATE"
}

# Whether any phase after `created` is recorded, for any database.
state_recorded() {
  local phase
  for phase in "${PHASES[@]:1}"; do
    [[ -f $STATE/$phase ]] && return 0
  done
  return 1
}
