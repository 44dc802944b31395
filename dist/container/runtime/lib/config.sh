# shellcheck shell=bash
# shellcheck disable=SC2034 # the variables of the configuration are read in other files
# The rendered configuration: copied to the volume, verified, then read. It is never sourced.

# Copies a mounted configuration to the volume: config_take MOUNT DEFAULT PLACE. Returns a failure for an inconsistent one.
config_take() {
  local mount=$1 fallback=$2 place=$3 source before=""
  source=$fallback
  if [[ -e $mount/..data ]]; then
    # Kubernetes switches versions with this one link; the folder behind it never changes.
    before=$(readlink "$mount/..data")
    source=$mount/$before
    [[ $before == /* ]] && source=$before
  elif [[ -f $mount/SHA256SUMS ]]; then
    source=$mount
  fi
  rm -rf "$place.part" "$place.old"
  mkdir -p "$place.part"
  cp -RL "$source/." "$place.part/" 2>/dev/null || return 1
  config_is_whole "$place.part" || return 1
  [[ -z $before || $(readlink "$mount/..data") == "$before" ]] || return 1
  if [[ -d $place ]]; then mv "$place" "$place.old"; fi
  mv "$place.part" "$place"
  rm -rf "$place.old"
  durable_sync "${place%/*}"
}

# Whether a folder contains exactly the files in its SHA256SUMS.
config_is_whole() {
  local folder=$1 file listed
  [[ -s $folder/SHA256SUMS ]] || return 1
  (cd "$folder" && sha256sum -c --status SHA256SUMS) 2>/dev/null || return 1
  listed=$(sed 's/^[0-9a-f]*  //' "$folder/SHA256SUMS")
  while IFS= read -r file; do
    [[ $file == SHA256SUMS || $'\n'$listed$'\n' == *$'\n'"$file"$'\n'* ]] || return 1
  done < <(config_files "$folder")
}

# Prints the files of a configuration, as named in its SHA256SUMS.
config_files() {
  (cd "$1" && for file in * sql/*; do if [[ -f $file ]]; then printf '%s\n' "$file"; fi; done)
}

# Prints the digest of the currently mounted SHA256SUMS.
config_mounted() {
  local mount=$1 fallback=$2
  if [[ -f $mount/SHA256SUMS ]]; then digest_file "$mount/SHA256SUMS"; else digest_file "$fallback/SHA256SUMS"; fi
}

# Loads the configuration that is read once per process start.
config_take_seed() {
  config_take "$SEED_MOUNT" "$DEFAULTS/seed" "$SEED" && return
  fail config-damaged "the configuration in ${SEED_MOUNT#"$ROOT"} does not match its SHA256SUMS" \
    "Render the manifests again and apply them. Nothing was changed in the database."
}

# Loads the configuration that may change while the database runs.
config_take_apply() {
  config_take "$APPLY_MOUNT" "$DEFAULTS/apply" "$APPLY"
}

# Sets the variables of the state machine.
config_load() {
  IMPORT_KEY=$(config_required "$SEED/seed.env" IMPORT_KEY)
  DUMP_SET=$(config_required "$SEED/seed.env" DUMP_SET)
  DATABASE=$(config_required "$SEED/seed.env" DATABASE)
  PROFILE=$(config_required "$SEED/seed.env" PROFILE)
  PDB=$(config_required "$SEED/seed.env" PDB)
  REMOVE_DB_LINKS=$(value_of "$SEED/seed.env" REMOVE_DB_LINKS) || REMOVE_DB_LINKS=yes
  DISABLE_JOBS=$(value_of "$SEED/seed.env" DISABLE_JOBS) || DISABLE_JOBS=yes
  CLEAR_NETWORK_ACCESS=$(value_of "$SEED/seed.env" CLEAR_NETWORK_ACCESS) || CLEAR_NETWORK_ACCESS=yes
  LOCK_ACCOUNTS=$(value_of "$SEED/seed.env" LOCK_ACCOUNTS) || LOCK_ACCOUNTS=yes
  ON_FAILURE=$(value_of "$APPLY/apply.env" ON_FAILURE) || ON_FAILURE="exit"
  KEEP_DUMP=$(value_of "$APPLY/apply.env" KEEP_DUMP) || KEEP_DUMP=yes
  BACKUPS_KEEP=$(value_of "$APPLY/apply.env" BACKUPS_KEEP) || BACKUPS_KEEP=3
  RESTORE_TEST=$(value_of "$APPLY/apply.env" RESTORE_TEST) || RESTORE_TEST=yes
  TLS_SECRET=$(value_of "$APPLY/apply.env" TLS_SECRET) || TLS_SECRET=""
  [[ $PDB =~ ^[A-Z][A-Z0-9_]{0,29}$ && -f $SELF/profiles/$PROFILE.sh ]] ||
    fail config-unknown "profile \"$PROFILE\" with pluggable database \"$PDB\" is not supported by this image" \
      "Use a base whose profile is free-26ai, gvenzl-free or ee-19c."
}

config_required() {
  value_of "$1" "$2" || fail config-damaged "${1#"$ROOT"} has no $2" "Render the manifests again and apply them."
}
