# shellcheck shell=bash
# secured: what the copy could do to the world outside is taken away first, then the data is masked.

phase_secured_inputs() {
  digest_file "$SEED/SHA256SUMS"
}

phase_secured_run() {
  [[ $REMOVE_DB_LINKS == no ]] || secure_links
  [[ $DISABLE_JOBS == no ]] || secure_jobs
  [[ $CLEAR_NETWORK_ACCESS == no ]] || secure_network
  [[ $LOCK_ACCOUNTS == no ]] || secure_accounts
  scripts_run "$SEED" secure
  # A script can make a link or a job: what is open to people is looked at last.
  secure_check
}
