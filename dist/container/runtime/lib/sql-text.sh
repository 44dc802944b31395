# shellcheck shell=bash
# Values as SQL text. A value that sqlplus or Oracle could misread is refused, not repaired.

# Prints a name in double quotes.
sql_name() {
  [[ $1 != *[\"[:cntrl:]]* && -n $1 ]] ||
    fail name-refused "a name in this database is empty or contains a double quote or control character" \
      "Rename it at the source, or exclude it in the request."
  printf '"%s"' "$1"
}

# Prints a string literal.
sql_literal() {
  [[ $1 != *[[:cntrl:]]* ]] ||
    fail name-refused "a string in this database contains a control character" "Rename it at the source, or exclude it in the request."
  printf "'%s'" "${1//\'/$SQL_TWO_QUOTES}"
}
readonly SQL_TWO_QUOTES="''"
