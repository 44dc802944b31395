# shellcheck shell=bash
# The passwords that the request names, as Kubernetes mounts them.

# No password is longer: SQL*Plus would cut its line.
readonly SECRET_LONGEST=1024

# Prints a digest of a mounted password for the files on the volume. Not of its date: each pod mounts its Secrets anew.
# Who reads the volume could try passwords against it, so it has a salt, and takes as long as hashing a megabyte.
secret_digest() {
  local text doubled
  [[ -f $1 ]] || {
    printf 'no file'
    return
  }
  text=$(secrets_salt)$(<"$1")
  # It will be refused as a password; as text it would not fit into memory.
  if ((${#text} > SECRET_LONGEST * 2)); then
    digest_file "$1"
    return
  fi
  for doubled in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do text+=$text; done
  : "$doubled"
  printf '%s' "$text" | digest_stdin
}

# Prints this volume's salt, which the first reader makes. Another one only means that passwords are set once more.
secrets_salt() {
  local salt
  if ! salt=$(value_of "$VOLUME/salt" salt); then
    salt=$(head -c 32 /dev/urandom | digest_stdin)
    printf 'salt=%s\n' "$salt" | durable_write "$VOLUME/salt"
  fi
  printf '%s' "$salt"
}

# Prints a digest of the dates of the mounted files: cheap enough for every look, and the reason for a closer one.
secrets_dates() {
  # shellcheck disable=SC2153 # lib/paths.sh has it
  { ls -lLR --time-style=full-iso "$SECRETS" 2>/dev/null || :; } | digest_stdin
}
