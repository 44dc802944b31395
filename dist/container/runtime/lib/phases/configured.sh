# shellcheck shell=bash
# configured: parameters, accounts and scripts of the request. Runs again when they change.

phase_configured_inputs() {
  local name secret key
  {
    digest_file "$APPLY/SHA256SUMS"
    if [[ -s $APPLY/users.tsv ]]; then
      while IFS=$'\t' read -r name secret key; do
        printf '%s\n' "$(secret_digest "$SECRETS/$secret/$key")"
      done <"$APPLY/users.tsv"
      : "$name"
    fi
  } | digest_stdin
}

phase_configured_run() {
  configure_parameters
  grants_take_back
  configure_users
  grants_give
  scripts_run_new "$APPLY" configure
  dump_drop_unwanted
}
