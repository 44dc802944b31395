# shellcheck shell=bash
# Compares the counted rows of tables with the expected ones.

# Prints every table whose rows differ: rows_compare COUNTS FILE. COUNTS has `line number TAB rows`.
rows_compare() {
  awk -F '\t' 'FILENAME != ARGV[2] { found[$1] = $2; next }
    { if (!(FNR in found)) print $1 "." $2 " was not counted"
      else if (found[FNR] != $3) print $1 "." $2 " has " found[FNR] " rows instead of " $3 }' \
    <(printf '%s\n' "$1") "$2"
}
