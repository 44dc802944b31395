# shellcheck shell=bash
# Accounts of the pluggable database: Seedbed's temporary ones, the owners of data, the users.

# Prints a random password; it only leaves this process through a pipe or in a file of mode 0600.
account_password() {
  local hex
  hex=$(head -c 48 /dev/urandom | sha256sum)
  printf 'Sb1_%s' "${hex:0:24}"
}

# Whether a name is among the rows of the query `users`: account_exists NAME ROWS.
account_exists() {
  [[ $'\n'$2 == *$'\n'"$1"$'\t'* ]]
}

# Fails for accounts that belong to Oracle.
account_must_be_ours() {
  local name status maintained common
  while IFS=$'\t' read -r name status maintained common; do
    if [[ $name == "$1" && ($maintained == Y || $common == YES) ]]; then
      fail account-is-oracles "$1 is an account that Oracle maintains ($status)" "Remove it from the request, or map it to another name (remap_schema)."
    fi
  done <<<"$2"
}

# Drops an account with everything it owns, if it exists. Its sessions are ended first (ORA-01940).
account_drop() {
  local name=$1 try rows
  for try in 1 2 3 4 5; do
    rows=$(sql_rows users pdb) || exit
    account_exists "$name" "$rows" || return 0
    account_must_be_ours "$name" "$rows"
    account_end_sessions "$name"
    printf 'DROP USER %s CASCADE;\n' "$(sql_name "$name")" | sql_try drop-account pdb >/dev/null && continue
    log_progress "$name could not be dropped yet (try $try): $(<"$RUN/sql-error")"
    sleep 1
  done
  rows=$(sql_rows users pdb) || exit
  account_exists "$name" "$rows" || return 0
  fail account-not-dropped "$name could not be dropped: $(<"$RUN/sql-error")" "Restart the container: sessions of this account were still connected."
}

# Drops temporary accounts that a killed import or backup left.
accounts_sweep() {
  local rows name rest
  rows=$(sql_rows users pdb) || exit
  while IFS=$'\t' read -r name rest; do
    case $name in
      "$LOADER" | "$BACKUP_USER" | *_SEEDBED_RT) account_drop "$name" ;;
    esac
  done <<<"$rows"
  : "$rest"
}

# Ends every session of an account.
account_end_sessions() {
  local username session rows
  rows=$(sql_rows sessions pdb) || exit
  while IFS=$'\t' read -r username session; do
    [[ $username == "$1" ]] || continue
    # The session may have ended in the meantime (ORA-00030).
    printf "ALTER SYSTEM KILL SESSION '%s' IMMEDIATE;\n" "$session" | sql_try end-session pdb >/dev/null || :
  done <<<"$rows"
}

# Creates an account for one Data Pump client: account_make NAME ROLE DIRECTORY PASSWORD. Row-level policies of the data
# must hide nothing from it (ORA-39181); the roles of Data Pump exempt from redaction only.
account_make() {
  local name=$1 role=$2 directory=$3 password=$4 tablespace
  tablespace=$(tablespace_default)
  account_drop "$name"
  # shellcheck disable=SC2034 # read where errors are quoted
  SQL_HAS_SECRETS=yes
  printf '%s\n' \
    "CREATE USER $name IDENTIFIED BY \"$password\" DEFAULT TABLESPACE \"$tablespace\" QUOTA UNLIMITED ON \"$tablespace\";" \
    "GRANT CREATE SESSION, RESTRICTED SESSION, CREATE TABLE TO $name;" \
    "GRANT $role TO $name;" \
    "GRANT EXEMPT ACCESS POLICY TO $name;" \
    "GRANT READ, WRITE ON DIRECTORY $directory TO $name;" | sql_run "make-${name,,}" pdb >/dev/null
  # shellcheck disable=SC2034
  SQL_HAS_SECRETS=no
}
