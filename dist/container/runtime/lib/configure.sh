# shellcheck shell=bash
# Accounts of the request: reads the current state, then changes it.

# Whether the request names an account.
configure_names_user() {
  [[ -f $APPLY/users.tsv ]] && cut -f 1 "$APPLY/users.tsv" | grep -qxF -- "$1"
}

# Creates the request's accounts with the passwords from their secrets; locks those that are no longer in the request.
configure_users() {
  local rows name secret key
  rows=$(sql_rows users pdb) || exit
  if [[ -s $APPLY/users.tsv ]]; then
    while IFS=$'\t' read -r name secret key; do
      account_must_be_ours "$name" "$rows"
      configure_user "$name" "$SECRETS/$secret/$key" "$rows"
    done <"$APPLY/users.tsv"
  fi
  configure_lock_former "$rows"
  if [[ -f $APPLY/users.tsv ]]; then cut -f 1 "$APPLY/users.tsv"; fi | durable_write "$USERS_DONE"
}

# The password goes from the file to sqlplus through a pipe of bash builtins.
configure_user() {
  local name=$1 file=$2 password verb=ALTER tablespace
  [[ -s $file ]] || fail secret-missing "there is no password for $name in ${file#"$ROOT"}" "Create the Secret that database.users specifies for $name."
  password=$(<"$file")
  [[ $password != *[\"[:cntrl:]]* && ${#password} -ge 1 && ${#password} -le $SECRET_LONGEST ]] ||
    fail secret-refused "the password of $name contains a double quote or line break, or is too long" "Set a different password in its Secret."
  account_exists "$name" "$3" || verb=CREATE
  tablespace=$(tablespace_default)
  log_progress "account $name"
  # shellcheck disable=SC2034 # read where errors are quoted
  SQL_HAS_SECRETS=yes
  {
    printf '%s USER %s IDENTIFIED BY "%s";\n' "$verb" "$(sql_name "$name")" "$password"
    printf 'ALTER USER %s QUOTA UNLIMITED ON %s;\n' "$(sql_name "$name")" "$(sql_name "$tablespace")"
    printf 'ALTER USER %s ACCOUNT UNLOCK;\n' "$(sql_name "$name")"
    printf 'GRANT CREATE SESSION TO %s;\n' "$(sql_name "$name")"
  } | sql_run set-password pdb >/dev/null
  # shellcheck disable=SC2034
  SQL_HAS_SECRETS=no
}

configure_lock_former() {
  local name
  [[ -s $USERS_DONE ]] || return 0
  while IFS= read -r name; do
    if ! account_exists "$name" "$1" || configure_names_user "$name"; then continue; fi
    log_progress "account $name is no longer in the request: locking it"
    configure_lock_user "$name"
  done <"$USERS_DONE"
}

# Locks the accounts that the request created earlier; they are unlocked when they get their passwords again.
configure_lock_own() {
  local rows name
  [[ -s $USERS_DONE ]] || return 0
  rows=$(sql_rows users pdb) || exit
  while IFS= read -r name; do
    if account_exists "$name" "$rows"; then configure_lock_user "$name"; fi
  done <"$USERS_DONE"
}

configure_lock_user() {
  printf 'ALTER USER %s ACCOUNT LOCK;\n' "$(sql_name "$1")" | sql_run lock-account pdb >/dev/null
  account_end_sessions "$1"
}
