# shellcheck shell=bash
# Writes files so that they are either complete or absent, whenever the container is killed.

# Writes stdin to a file: to a temporary file that is synced and renamed.
durable_write() {
  local file=$1
  # coreutils 8.22 (Oracle Linux 7) has no `sync FILE`; dd syncs on all three bases.
  # Checked explicitly: where a caller tests the status, bash ignores set -e, and on a full disk an incomplete file would
  # replace a complete one.
  dd of="$file.tmp" conv=fsync 2>/dev/null || return
  mv -f "$file.tmp" "$file" || return
  durable_sync "${file%/*}"
}

# Syncs a folder's entries to disk. coreutils before 8.24 ignores the name and syncs everything, which is sufficient too.
durable_sync() {
  sync -- "$1" 2>/dev/null
}

# Prints `sha256:<hex>` of stdin.
digest_stdin() {
  local hex
  hex=$(sha256sum) || return
  printf 'sha256:%s' "${hex%% *}"
}

# Prints `sha256:<hex>` of a file, or of empty input if the file does not exist.
digest_file() {
  if [[ -f $1 ]]; then digest_stdin <"$1"; else digest_stdin </dev/null; fi
}

# Prints the value of KEY in a file of KEY=value lines; fails if there is none. Such files are never sourced.
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

# Whether KEY in a file of KEY=value lines is there with this value: value_is FILE KEY VALUE.
value_is() {
  local file=$1 wanted=$2 value=$3 line
  [[ -f $file ]] || return 1
  while IFS= read -r line || [[ -n $line ]]; do
    if [[ ${line%%=*} == "$wanted" && $line == *=* ]]; then
      [[ ${line#*=} == "$value" ]]
      return
    fi
  done <"$file"
  return 1
}
