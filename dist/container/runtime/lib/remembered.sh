# shellcheck shell=bash
# What was done in the database for a request, so that what leaves the request can be taken back. A file begins with the
# database that it tells of: of another one it says nothing.

# Prints what is remembered, one thing a line.
remembered_read() {
  local line first=yes
  [[ -f $1 ]] || return 0
  while IFS= read -r line; do
    if [[ $first == yes ]]; then
      [[ $line == "database=$DB_IDENTITY" ]] || return 0
      first=no
    else
      printf '%s\n' "$line"
    fi
  done <"$1"
}

# Remembers the lines on stdin, and nothing else: remembered_write FILE.
remembered_write() {
  { printf 'database=%s\n' "$DB_IDENTITY" && cat; } | durable_write "$1"
}

# Remembers the lines of WANTED beside what is known, before anything is done: a kill leaves nothing that nobody knows.
remembered_begin() {
  local all
  all=$({ remembered_read "$1" && printf '%s\n' "$2"; } | sed '/^$/d' | LC_ALL=C sort -u)
  if [[ -n $all ]]; then printf '%s\n' "$all"; fi | remembered_write "$1"
}

# Prints what is remembered and not wanted any more: remembered_former FILE WANTED.
remembered_former() {
  LC_ALL=C comm -23 <(remembered_read "$1" | LC_ALL=C sort -u) <(printf '%s\n' "$2" | LC_ALL=C sort -u)
}
