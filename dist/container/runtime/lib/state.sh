# shellcheck shell=bash
# Which phases are finished. Each file names the database, the import, its inputs and the digest of the file before.

PHASES=(created found verified restricted prepared imported reconciled secured configured checked backups_on open)

# Prints a phase's place, from 0.
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

# Prints the digest of the file of the phase before.
state_previous() {
  local index
  index=$(state_index "$1")
  if ((index == 0)); then
    printf 'none'
  else
    digest_file "$STATE/${PHASES[index - 1]}"
  fi
}

# Whether a phase's file is of this database, this import and the chain before it.
state_holds() {
  local file=$STATE/$1
  [[ -f $file && $(value_of "$file" phase) == "$1" ]] || return 1
  [[ $(value_of "$file" database) == "$DB_IDENTITY" ]] || return 1
  [[ $(value_of "$file" import_key) == "$IMPORT_KEY" ]] || return 1
  [[ $(value_of "$file" previous) == "$(state_previous "$1")" ]]
}

# Prints how many phases from the first on need not run again.
state_finished() {
  local phase inputs count=0 settled
  settled=$(state_settled)
  for phase in "${PHASES[@]}"; do
    state_holds "$phase" || break
    # What the import has settled stays, also under other inputs: only a new import key replaces data.
    if ((count >= settled)); then
      inputs=$("phase_${phase}_inputs") || return
      [[ $(value_of "$STATE/$phase" inputs) == "$inputs" ]] || break
    fi
    count=$((count + 1))
  done
  printf '%d' "$count"
}

# Stops where a file says that this import was finished, and the files before it do not: state_guard FINISHED.
state_guard() {
  if (($1 <= $(state_index imported))) && state_claims_import; then
    fail state-damaged "the files in ${STATE#"$ROOT"} do not fit together, but say that this import was finished" \
      "Restore the volume, or remove ${STATE#"$ROOT"} to import again; that replaces the data."
  fi
}

# Prints how many phases are beyond the reach of changed inputs: all to `secured` or `imported`, or none.
state_settled() {
  local phase count=0 settled=0
  for phase in "${PHASES[@]}"; do
    state_holds "$phase" || break
    count=$((count + 1))
    [[ $phase == imported || $phase == reconciled || $phase == secured ]] && settled=$count
  done
  printf '%d' "$settled"
}

# Whether a file says that this import was finished in this database.
state_claims_import() {
  local file=$STATE/imported
  [[ -f $file && $(value_of "$file" database) == "$DB_IDENTITY" && $(value_of "$file" import_key) == "$IMPORT_KEY" ]]
}

# Takes back a phase and all after it, the last one first: a kill in between leaves a shorter chain, never a gap.
state_void_from() {
  local index
  for ((index = ${#PHASES[@]} - 1; index >= $1; index--)); do
    rm -f "$STATE/${PHASES[index]}" "$STATE/${PHASES[index]}.tmp"
  done
  durable_sync "$STATE"
}

# Whether any phase after `created` is recorded, of whatever database.
state_recorded() {
  local phase
  for phase in "${PHASES[@]:1}"; do
    [[ -f $STATE/$phase ]] && return 0
  done
  return 1
}
