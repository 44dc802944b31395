# shellcheck shell=bash
# secured: first everything is removed that lets the copy act on other systems, then the data is masked.

phase_secured_inputs() {
  digest_file "$SEED/SHA256SUMS"
}

phase_secured_run() {
  [[ $REMOVE_DB_LINKS == no ]] || secure_links
  [[ $DISABLE_JOBS == no ]] || secure_jobs
  [[ $CLEAR_NETWORK_ACCESS == no ]] || secure_network
  [[ $LOCK_ACCOUNTS == no ]] || secure_accounts
  scripts_run "$SEED" secure
  # Checked last, because a script can create a link or a job.
  secure_check
}
