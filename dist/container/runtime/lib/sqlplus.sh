# shellcheck shell=bash
# Every statement goes to sqlplus on stdin, as SYSDBA over the local connection: nothing is visible in /proc, and no password is needed.

# The environment of Oracle's client programs; ORACLE_PDB_SID would silently move a session.
sql_environment() {
  export LC_ALL=C NLS_LANG=AMERICAN_AMERICA.AL32UTF8 NLS_DATE_FORMAT='YYYY-MM-DD HH24:MI:SS'
  unset ORACLE_PDB_SID TNS_ADMIN TWO_TASK SQLPATH ORACLE_PATH
}

# Runs the statements on stdin: sql_try TAG root|pdb. Prints their output; on failure returns 1 and writes the
# reason to $RUN/sql-error.
sql_try() {
  local tag=$1 container=$2
  # Builtins where they will do: a start has dozens of statements, and each program takes longer than its work.
  local nonce=$RANDOM$RANDOM$RANDOM status=0 out=$RUN/sql.$BASHPID settings
  # Its status says only that the file has no NUL.
  IFS= read -r -d '' settings <"$SELF/sql/session.sql" || :
  {
    printf '%s' "$settings"
    sql_enter "$container"
    printf -- '-- seedbed:%s\n' "$tag"
    cat
    # One block commits and reports it: if a script swallows these lines, there is no OK for work that is rolled back at the
    # exit. WORK, because after a last statement without its semicolon COMMIT alone is a table's alias (DELETE FROM t COMMIT;).
    printf "\nSET LINESIZE 32767\nSET SERVEROUTPUT ON SIZE UNLIMITED\nBEGIN\n  COMMIT WORK;\n  DBMS_OUTPUT.PUT_LINE('SEEDBED-OK %s');\nEND;\n/\nEXIT SUCCESS\n" "$nonce"
    # -R 3 disables HOST, SPOOL, START, @ and login scripts for the request's scripts.
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

# Status 0 is not sufficient: SP2- errors never end sqlplus, and SQL.SQLCODE is truncated to one byte.
sql_succeeded() {
  local status=$1 nonce=$2 out=$3 telling
  ((status == 0)) || return 1
  # If sqlplus asked for a value, the next line of the script was taken as the answer and never ran.
  telling=$(grep -a -m 2 -E "^SEEDBED-OK $nonce\$|^(ORA|SP2|PLS|TNS)-[0-9]+|Enter value for " "$out") || return 1
  [[ $telling == "SEEDBED-OK $nonce" ]]
}

# Prints the errors in an output: codes and Oracle's messages, never a line of the input.
sql_reason() {
  local status=$1 out=$2 reason
  if [[ ${SQL_HAS_SECRETS:-no} == yes ]]; then
    # SQL*Plus quotes the start of a line that it does not understand.
    reason=$(grep -oE '^(ORA|SP2|PLS|TNS)-[0-9]+' "$out" | sort -u | tr '\n' ' ') || :
  else
    reason=$(grep -E '^(ORA|SP2|PLS|TNS)-[0-9]+' "$out" | head -n 3 | tr '\n' ' ') || :
  fi
  if grep -q 'Enter value for ' "$out"; then reason+='SQL*Plus asked for the value of a variable (&name)'; fi
  printf '%s' "${reason:-sqlplus ended with status $status before the last line of its script}"
}

# Prints the statements that switch to a container; a session in another container ends before it does anything.
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
    "Look up the code. The database stays restricted, and the next start retries."
}

# Prints the rows of one of Seedbed's queries: sql_rows QUERY root|pdb.
sql_rows() {
  sql_run "$1" "$2" <"$SELF/sql/$1.sql"
}

# Runs a script of the request. Its output may contain data and is not logged.
sql_user_script() {
  local file=$1 container=pdb
  # These two silently read their answer from the script itself: the next statement would never run.
  if grep -qiE '^[[:space:]]*(ACC(E|EP|EPT)?[[:space:]]+[A-Za-z_]|PAU(S|SE)?[[:space:]]*;?[[:space:]]*$)' "$file"; then
    fail script-asks "${file##*/} uses ACCEPT or PAUSE, but the script runs without user input" "Write the value into the script."
  fi
  # A hyphen at their end continues the line (SQL*Plus User's Guide, REMARK): the next statement would never run.
  if grep -qiE '^[[:space:]]*(REM(A|AR|ARK)?|PRO(M|MP|MPT)?)([^A-Z0-9_].*)?-[[:space:]]*$' "$file"; then
    fail script-swallows "${file##*/} has a REM or PROMPT line that ends in -, and SQL*Plus would skip the line after it" \
      "End the line with another character."
  fi
  # A last line without a line break would swallow the next one.
  { cat "$file" && printf '\n'; } | sql_try "${file##*/}" "$container" >/dev/null && return
  fail script-failed "${file##*/}: $(<"$RUN/sql-error")" \
    "Correct the script in the request (it must be repeatable), and merge the change."
}
