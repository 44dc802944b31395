# shellcheck shell=bash
# Files that are whole or not there at all, whenever the container is killed.

# Writes stdin to a file: written beside it, forced to disk, renamed.
durable_write() {
  local file=$1
  # coreutils 8.22 (Oracle Linux 7) has no `sync FILE`; dd syncs on all three bases.
  # Checked by itself: where a caller looks at the status, bash goes on after a failure (set -e), and a full disk would
  # put half a file in the place of a whole one.
  dd of="$file.tmp" conv=fsync 2>/dev/null || return
  mv -f "$file.tmp" "$file" || return
  durable_sync "${file%/*}"
}

# Forces a folder's entries to disk. coreutils before 8.24 ignores the name and syncs everything: also right.
durable_sync() {
  sync -- "$1" 2>/dev/null
}

# Prints `sha256:<hex>` of stdin.
digest_stdin() {
  local hex
  hex=$(sha256sum) || return
  printf 'sha256:%s' "${hex%% *}"
}

# Prints `sha256:<hex>` of a file; of nothing when there is no such file.
digest_file() {
  if [[ -f $1 ]]; then digest_stdin <"$1"; else digest_stdin </dev/null; fi
}

# Prints the value of KEY in a file of KEY=value lines; fails when there is none. Nothing is ever sourced.
value_of() {
  local file=$1 wanted=$2 line
  [[ -f $file ]] || return 1
  while IFS= read -r line || [[ -n $line ]]; do
    if [[ ${line%%=*} == "$wanted" && $line == *=* ]]; then
      printf '%s' "${line#*=}"
      return 0
    fi
  done <"$file"
  return 1
}
