# shellcheck shell=bash
# restricted: from here until `open` only administrators can connect, even after a crash.

phase_restricted_inputs() {
  printf '%s' "$PDB" | digest_stdin
}

phase_restricted_run() {
  pdb_restrict
  restricted_replace_passwords
}

# A password that stands in the pod's log opens the database to whoever reads it: SYSTEM passes the restriction. One
# that somebody gave on purpose stays.
restricted_replace_passwords() {
  local rows
  [[ $PROFILE_PRINTS_PASSWORD == yes && -z ${ORACLE_PWD:-} && ! -s $ROOT/run/secrets/oracle_pwd ]] || return 0
  restricted_replace_password root SYS SYSTEM
  rows=$(sql_rows users pdb) || exit
  if account_exists PDBADMIN "$rows"; then restricted_replace_password pdb PDBADMIN; fi
}

# Nobody learns the new one: restricted_replace_password root|pdb ACCOUNT…
restricted_replace_password() {
  local container=$1 name
  shift
  # shellcheck disable=SC2034 # read where errors are quoted
  SQL_HAS_SECRETS=yes
  for name in "$@"; do
    printf 'ALTER USER %s IDENTIFIED BY "%s";\n' "$name" "$(account_password)"
  done | sql_run "replace-password" "$container" >/dev/null
  # shellcheck disable=SC2034
  SQL_HAS_SECRETS=no
}
