# shellcheck shell=bash
# Roles and privileges of the request's accounts: granted again with each change, and taken back when they leave it.

# Prints the request's grants, one a line, as `what TO "ACCOUNT"`.
grants_wanted() {
  [[ -f $GRANTS ]] || return 0
  sed -n 's/^GRANT \(.*\);$/\1/p' "$GRANTS"
}

# Takes back what the request had and has no more. Before the accounts, which get CREATE SESSION in any case.
grants_take_back() {
  local wanted grant
  wanted=$(grants_wanted)
  while IFS= read -r grant; do
    [[ -n $grant ]] || continue
    log_progress "no longer in the request: $grant"
    grants_revoke "$grant"
  done <<<"$(remembered_former "$GRANTS_DONE" "$wanted")"
}

# Quiet about what is gone already, with its account, its role or its object.
grants_revoke() {
  printf 'REVOKE %s FROM %s;\n' "${1% TO *}" "${1##* TO }" | sql_try revoke pdb >/dev/null && return
  grep -qE 'ORA-(00942|01917|01918|01919|01924|01927|01951|01952|04042)' "$RUN/sql-error" ||
    fail revoke-refused "$1: $(<"$RUN/sql-error")" "Revoke it by hand, or put it back into database.users."
}

# Grants all of them: an account that was dropped and made again has none of what it had.
grants_give() {
  local wanted grant
  wanted=$(grants_wanted)
  remembered_begin "$GRANTS_DONE" "$wanted"
  if [[ -n $wanted ]]; then
    while IFS= read -r grant; do printf 'GRANT %s;\n' "$grant"; done <<<"$wanted" | sql_try grant pdb >/dev/null ||
      fail grant-refused "$(<"$RUN/sql-error")" "Correct roles or grants in database.users."
  fi
  if [[ -n $wanted ]]; then printf '%s\n' "$wanted"; fi | remembered_write "$GRANTS_DONE"
}
