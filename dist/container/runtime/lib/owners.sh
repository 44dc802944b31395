# shellcheck shell=bash
# The schemas of the dump set, and their names in this database.

# Prints `source TAB target` of every schema: from the configuration, or from the facts if all were exported.
owners_map() {
  if [[ -s $SEED/owners.tsv ]]; then
    cat "$SEED/owners.tsv"
    return
  fi
  owners_exported | while IFS= read -r owner; do
    printf '%s\t%s\n' "$owner" "$(owners_remapped "$owner")"
  done
}

# Prints every exported schema, including those without tables, because the dump has their grants and packages.
owners_exported() {
  {
    cut -f 1 "$FACTS_AT/rows.tsv"
    sed -n 's/.*"schemas":\["\([^]]*\)"\].*/\1/p' "$FACTS_AT/dumpset.json" | sed 's/","/\n/g'
  } | LC_ALL=C sort -u
}

# Prints a schema's name in this database.
owners_remapped() {
  local source target
  if [[ -s $SEED/remap.tsv ]]; then
    while IFS=$'\t' read -r source target; do
      [[ $source == "$1" ]] && printf '%s' "$target" && return
    done <"$SEED/remap.tsv"
  fi
  printf '%s' "$1"
}

# Prints the schemas' names in this database.
owners_targets() {
  owners_map | cut -f 2 | sort -u
}

# Drops the owners from this and earlier imports and creates them again, locked and without a password.
owners_create() {
  local owner tablespace name rest
  owners_remember
  while IFS= read -r owner; do
    account_drop "$owner"
  done <"$OWNERS"
  owners_targets | durable_write "$OWNERS"
  tablespace=$(tablespace_default)
  while IFS= read -r owner; do
    {
      printf 'CREATE USER %s NO AUTHENTICATION DEFAULT TABLESPACE %s ACCOUNT LOCK;\n' "$(sql_name "$owner")" "$(sql_name "$tablespace")"
      while IFS=$'\t' read -r name rest; do
        printf 'ALTER USER %s QUOTA UNLIMITED ON %s;\n' "$(sql_name "$owner")" "$(sql_name "${name:-$rest}")"
      done < <(tablespace_wanted)
    } | sql_run create-owner pdb >/dev/null
  done <"$OWNERS"
}

# Adds this import's owners to the recorded ones, so that after a kill the next start knows which to drop.
owners_remember() {
  local known
  known=$({ if [[ -f $OWNERS ]]; then cat "$OWNERS"; fi && owners_targets; } | sort -u)
  printf '%s\n' "$known" | durable_write "$OWNERS"
}
