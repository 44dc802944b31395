# shellcheck shell=bash
# Tablespaces for the imported objects.

readonly TABLESPACE_OURS=SEEDBED_DATA

# Prints the owners' default tablespace: the first one in the request, else Seedbed's.
tablespace_default() {
  local name rest
  if [[ -s $SEED/tablespaces.tsv ]]; then
    IFS=$'\t' read -r name rest <"$SEED/tablespaces.tsv"
    printf '%s' "${name:-$rest}"
  else
    printf '%s' "$TABLESPACE_OURS"
  fi
}

# Prints `name TAB size TAB maximum size` of every required tablespace.
tablespace_wanted() {
  if [[ -s $SEED/tablespaces.tsv ]]; then
    cat "$SEED/tablespaces.tsv"
  else
    printf '%s\t256M\tUNLIMITED\n' "$TABLESPACE_OURS"
  fi
}

# Creates the missing tablespaces.
tablespace_make_all() {
  local rows present folder name size largest
  rows=$(sql_rows tablespaces pdb) || exit
  present=$'\n'$rows$'\n'
  # Next to SYSTEM's file: on the volume, in the folder that this base uses.
  rows=$(sql_rows data-files pdb) || exit
  folder=${rows%%$'\n'*}
  folder=${folder%/*}
  while IFS=$'\t' read -r name size largest; do
    [[ $present == *$'\n'"$name"$'\n'* ]] && continue
    # REUSE overwrites the file of a creation that was killed before it was in the dictionary (ORA-01119).
    printf 'CREATE BIGFILE TABLESPACE %s DATAFILE %s SIZE %s REUSE AUTOEXTEND ON NEXT 64M MAXSIZE %s;\n' \
      "$(sql_name "$name")" "$(sql_literal "$folder/${name,,}01.dbf")" "$size" "$largest" |
      sql_run make-tablespace pdb >/dev/null
    log_progress "tablespace $name"
  done < <(tablespace_wanted)
}
