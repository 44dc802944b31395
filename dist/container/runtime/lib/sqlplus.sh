# shellcheck shell=bash
# Every statement goes to sqlplus on stdin, as SYSDBA over the local connection: nothing to see in /proc, no password.

# The environment of Oracle's client programs; ORACLE_PDB_SID would move a session without a word.
sql_environment() {
  export LC_ALL=C NLS_LANG=AMERICAN_AMERICA.AL32UTF8 NLS_DATE_FORMAT='YYYY-MM-DD HH24:MI:SS'
  unset ORACLE_PDB_SID TNS_ADMIN TWO_TASK SQLPATH ORACLE_PATH
}

# Runs the statements on stdin: sql_try TAG root|pdb. Prints what they print; on failure returns 1 and leaves the
# reason in $RUN/sql-error.
sql_try() {
  local tag=$1 container=$2
  local nonce=$RANDOM$RANDOM$RANDOM status=0 out
  out=$(mktemp "$RUN/sql.XXXXXX") || return
  {
    cat "$SELF/sql/session.sql"
    sql_enter "$container"
    printf -- '-- seedbed:%s\n' "$tag"
    cat
    # One block commits and says so: where a script swallows our lines, nothing says OK over what is rolled back at the
    # exit. WORK, because after a last statement without its semicolon COMMIT alone is a table's alias (DELETE FROM t COMMIT;).
    printf "\nSET LINESIZE 32767\nSET SERVEROUTPUT ON SIZE UNLIMITED\nBEGIN\n  COMMIT WORK;\n  DBMS_OUTPUT.PUT_LINE('SEEDBED-OK %s');\nEND;\n/\nEXIT SUCCESS\n" "$nonce"
    # -R 3 keeps HOST, SPOOL, START, @ and login scripts away from what people wrote.
  } | sqlplus -L -S -R 3 / as sysdba >"$out" 2>&1 || status=$?
  if sql_succeeded "$status" "$nonce" "$out"; then
    sed "/^SEEDBED-OK $nonce\$/d; /^[[:space:]]*\$/d" "$out"
    rm -f "$out"
    return 0
  fi
  sql_reason "$status" "$out" >"$RUN/sql-error"
  rm -f "$out"
  return 1
}

# Status 0 is not enough: SP2- errors never end sqlplus, and SQL.SQLCODE is cut to one byte.
sql_succeeded() {
  local status=$1 nonce=$2 out=$3
  # A question was answered by the next line of the script, which then never ran.
  ((status == 0)) && grep -q "^SEEDBED-OK $nonce\$" "$out" && ! grep -qE '^(ORA|SP2|PLS|TNS)-[0-9]+|Enter value for ' "$out"
}

# Prints the errors that stand in an output: codes and Oracle's words, never a line of ours.
sql_reason() {
  local status=$1 out=$2 reason
  if [[ ${SQL_HAS_SECRETS:-no} == yes ]]; then
    # SQL*Plus repeats the start of a line that it does not understand.
    reason=$(grep -oE '^(ORA|SP2|PLS|TNS)-[0-9]+' "$out" | sort -u | tr '\n' ' ') || :
  else
    reason=$(grep -E '^(ORA|SP2|PLS|TNS)-[0-9]+' "$out" | head -n 3 | tr '\n' ' ') || :
  fi
  if grep -q 'Enter value for ' "$out"; then reason+='SQL*Plus asked for the value of a variable (&name)'; fi
  printf '%s' "${reason:-sqlplus ended with status $status before the last line of its script}"
}

# Prints the statements that enter a container; a session elsewhere ends before it does anything.
sql_enter() {
  local name=CDB\$ROOT
  if [[ $1 == pdb ]]; then
    name=$PDB
    printf 'ALTER SESSION SET CONTAINER = "%s";\n' "$PDB"
  fi
  printf '%s\n' 'BEGIN' "  IF SYS_CONTEXT('USERENV', 'CON_NAME') <> '$name' THEN" \
    "    RAISE_APPLICATION_ERROR(-20001, 'this session is not in $name');" '  END IF;' 'END;' '/'
}

# Like sql_try, but a failure ends the program.
sql_run() {
  sql_try "$@" || fail sql-failed "$1: $(<"$RUN/sql-error")" \
    "Look up the code. The database stays restricted, and the next start tries again."
}

# Prints the rows of a query of ours: sql_rows QUERY root|pdb.
sql_rows() {
  sql_run "$1" "$2" <"$SELF/sql/$1.sql"
}

# Runs a script that a person wrote. Its output may hold data and is not logged.
sql_user_script() {
  local file=$1 container=pdb
  # These two read their answer from the script itself and say nothing: the next statement would never run.
  if grep -qiE '^[[:space:]]*(ACC(E|EP|EPT)?[[:space:]]+[A-Za-z_]|PAU(S|SE)?[[:space:]]*;?[[:space:]]*$)' "$file"; then
    fail script-asks "${file##*/} has ACCEPT or PAUSE, and nobody is there to answer" "Put the value into the script."
  fi
  # A last line without an end would swallow ours.
  { cat "$file" && printf '\n'; } | sql_try "${file##*/}" "$container" >/dev/null && return
  fail script-failed "${file##*/}: $(<"$RUN/sql-error")" \
    "Correct the script in the request (it must be able to run again), and merge the change."
}
