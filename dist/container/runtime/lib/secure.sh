# shellcheck shell=bash
# Removes everything that lets a copy of production act on other systems. Each step acts on what it finds in the dictionary.

# Drops every database link as its owner, because not even SYS can drop another user's link (ORA-02024).
secure_links() {
  local rows owner link
  rows=$(sql_rows links pdb) || exit
  while IFS=$'\t' read -r owner link; do
    [[ -n $owner ]] || continue
    log_progress "database link $owner.$link"
    if [[ $owner == SYS ]]; then
      secure_link_of_sys "$link"
    elif [[ $owner == PUBLIC ]]; then
      printf 'DROP PUBLIC DATABASE LINK %s;\n' "$(sql_name "$link")" | sql_run drop-link pdb >/dev/null
    else
      secure_link_of_owner "$owner" "$link"
    fi
  done <<<"$rows"
}

# Drops a link in SYS's own schema. Releases 12.2 to 19c create one in every container, SYS_HUB, which leads to the root
# of the same instance: if it cannot be dropped, the database opens with it.
secure_link_of_sys() {
  printf 'DROP DATABASE LINK %s;\n' "$(sql_name "$1")" | sql_try drop-link pdb >/dev/null && return
  secure_link_is_oracles SYS "$1" || fail sql-failed "drop-link: $(<"$RUN/sql-error")" \
    "Look up the code. The database stays restricted, and the next start tries again."
  log_progress "SYS.$1 is Oracle's own and stays: $(<"$RUN/sql-error")"
}

# Whether a link is Oracle's own, with the domain of the database or without.
secure_link_is_oracles() {
  [[ $1 == SYS && ($2 == SYS_HUB || $2 == SYS_HUB.*) ]]
}

# Prints the links that must not exist.
secure_links_left() {
  local rows owner link
  rows=$(sql_rows links pdb) || exit
  while IFS=$'\t' read -r owner link; do
    if [[ -n $owner ]] && ! secure_link_is_oracles "$owner" "$link"; then printf '%s\t%s\n' "$owner" "$link"; fi
  done <<<"$rows"
}

# Both grants are only needed for the procedure's definer's rights, and are removed with it.
secure_link_of_owner() {
  local owner link statement
  owner=$(sql_name "$1")
  link=$(sql_name "$2")
  statement=$(sql_literal "DROP DATABASE LINK $link")
  sql_run drop-link pdb >/dev/null <<SQL
GRANT CREATE DATABASE LINK TO $owner;
CREATE OR REPLACE PROCEDURE $owner."SEEDBED_DROP_LINK" AS
BEGIN
  EXECUTE IMMEDIATE $statement;
END;
/
BEGIN
  $owner."SEEDBED_DROP_LINK";
END;
/
DROP PROCEDURE $owner."SEEDBED_DROP_LINK";
REVOKE CREATE DATABASE LINK FROM $owner;
SQL
}

# Disables every job that the request does not allow.
secure_jobs() {
  local rows owner job enabled state
  rows=$(sql_rows jobs pdb) || exit
  while IFS=$'\t' read -r owner job enabled state; do
    [[ -n $owner ]] || continue
    secure_job_is_kept "$owner.$job" && continue
    if [[ $state == RUNNING ]]; then secure_job_call STOP_JOB "$owner" "$job"; fi
    if [[ $enabled == TRUE ]]; then secure_job_call DISABLE "$owner" "$job"; fi
  done <<<"$rows"
  rows=$(sql_rows legacy-jobs pdb) || exit
  while IFS= read -r job; do
    [[ -n $job ]] || continue
    printf 'BEGIN\n  SYS.DBMS_IJOB.BROKEN(%d, TRUE);\nEND;\n/\n' "$job" | sql_run break-job pdb >/dev/null
  done <<<"$rows"
}

secure_job_is_kept() {
  [[ -f $SEED/jobs-kept ]] && grep -qxF -- "$1" "$SEED/jobs-kept"
}

secure_job_call() {
  local name
  name=$(sql_literal "$(sql_name "$2").$(sql_name "$3")")
  log_progress "$1 $2.$3"
  printf 'BEGIN\n  DBMS_SCHEDULER.%s(%s, force => TRUE);\nEND;\n/\n' "$1" "$name" | sql_run disable-job pdb >/dev/null
}

# Removes the right to connect to other hosts. The network policy covers everything else.
secure_network() {
  local rows host lower upper principal privilege
  rows=$(sql_rows host-aces pdb) || exit
  while IFS=$'\t' read -r host lower upper principal privilege; do
    [[ -n $host ]] || continue
    secure_is_oracles "$principal" && continue
    secure_remove_ace "$host" "${lower/#-/NULL}" "${upper/#-/NULL}" "$principal" "$privilege"
  done <<<"$rows"
  sql_run no-mail pdb <<<"ALTER SYSTEM SET SMTP_OUT_SERVER = '' SCOPE = BOTH;" >/dev/null
}

secure_remove_ace() {
  local host principal privilege
  host=$(sql_literal "$1")
  principal=$(sql_literal "$4")
  privilege=$(sql_literal "$5")
  log_progress "network access of $4 to $1"
  sql_run remove-ace pdb >/dev/null <<SQL
BEGIN
  DBMS_NETWORK_ACL_ADMIN.REMOVE_HOST_ACE(host => $host, lower_port => $2, upper_port => $3,
    ace => XS\$ACE_TYPE(privilege_list => XS\$NAME_LIST($privilege), principal_name => $principal,
    principal_type => XS_ACL.PTYPE_DB), remove_empty_acl => TRUE);
END;
/
SQL
}

# Whether an account is Oracle's own (its packages need their privileges).
secure_is_oracles() {
  local rows name status maintained common
  rows=$(sql_rows users pdb) || exit
  while IFS=$'\t' read -r name status maintained common; do
    if [[ $name == "$1" ]]; then
      [[ $maintained == Y ]]
      return
    fi
  done <<<"$rows"
  : "$status" "$common"
  return 1
}

# Locks every account that came with the data; the request's users are unlocked when they get their passwords.
secure_accounts() {
  local name
  while IFS= read -r name; do
    [[ -n $name ]] || continue
    log_progress "account $name"
    printf 'ALTER USER %s ACCOUNT LOCK PASSWORD EXPIRE;\n' "$(sql_name "$name")" | sql_run lock-account pdb >/dev/null
    account_end_sessions "$name"
  done <<<"$(secure_open_accounts)"
}

# Prints local accounts that can log on and are not Oracle's.
secure_open_accounts() {
  local rows name status maintained common
  rows=$(sql_rows users pdb) || exit
  while IFS=$'\t' read -r name status maintained common; do
    # LOCKED(TIMED), after failed logons, opens by itself.
    case $status in LOCKED | *'& LOCKED') continue ;; esac
    [[ $maintained == N && $common == NO ]] || continue
    printf '%s\n' "$name"
  done <<<"$rows"
}

# Fails if something is left that should have been removed.
secure_check() {
  local left=""
  if [[ $REMOVE_DB_LINKS != no ]]; then left=$(secure_links_left) || exit; fi
  [[ -z $left ]] || fail links-left "there are still database links: ${left//$'\n'/; }" "Remove them in a masking script."
  if [[ $DISABLE_JOBS != no ]]; then left=$(secure_jobs_left) || exit; fi
  [[ -z $left ]] || fail jobs-left "jobs are still enabled: ${left//$'\n'/; }" "Disable them in a masking script, or list them in database.jobs.allow."
  if [[ $LOCK_ACCOUNTS != no ]]; then left=$(secure_accounts_left) || exit; fi
  [[ -z $left ]] || fail accounts-left "accounts are still open: ${left//$'\n'/; }" "Lock them in a masking script, or list them in database.users."
}

secure_jobs_left() {
  local rows owner job enabled state
  rows=$(sql_rows jobs pdb) || exit
  while IFS=$'\t' read -r owner job enabled state; do
    if [[ $enabled == TRUE ]] && ! secure_job_is_kept "$owner.$job"; then printf '%s\n' "$owner.$job"; fi
  done <<<"$rows"
  : "$state"
}

secure_accounts_left() {
  local name open
  open=$(secure_open_accounts) || exit
  while IFS= read -r name; do
    if [[ -n $name ]] && ! configure_names_user "$name"; then printf '%s\n' "$name"; fi
  done <<<"$open"
}
