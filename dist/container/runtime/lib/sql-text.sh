# shellcheck shell=bash
# Values as SQL text. What sqlplus or Oracle could read otherwise is refused, not repaired.

# Prints a name between double quotes.
sql_name() {
  [[ $1 != *[\"[:cntrl:]]* && -n $1 ]] ||
    fail name-refused "a name of this database has a double quote, a control character or no letters" \
      "Rename it at the source, or leave it out of the request."
  printf '"%s"' "$1"
}

# Prints a text literal.
sql_literal() {
  [[ $1 != *[[:cntrl:]]* ]] ||
    fail name-refused "a text of this database has a control character" "Rename it at the source, or leave it out of the request."
  printf "'%s'" "${1//\'/$SQL_TWO_QUOTES}"
}
readonly SQL_TWO_QUOTES="''"
