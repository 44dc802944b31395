# shellcheck shell=bash
# impdp's output: progress while it runs, and the errors that are not allowed.

# Reads and stores impdp's output and reports tables; returns impdp's status.
import_watch() {
  local log=$1 line status=1 seen=0
  local imported='imported "([^"]*)"\."([^"]*)".* ([0-9]+) rows'
  : >"$log"
  while IFS= read -r line; do
    if [[ $line == 'seedbed-exit '* ]]; then
      status=${line#seedbed-exit }
      continue
    fi
    printf '%s\n' "$line" >>"$log"
    if [[ $line =~ $imported ]]; then
      seen=$((seen + BASH_REMATCH[3]))
      log_event "$PHASE" progress "percent=$(import_percent "$seen")" "text=${BASH_REMATCH[1]}.${BASH_REMATCH[2]}"
    fi
  done
  return "$status"
}

# Prints the percentage of imported rows, including earlier jobs.
import_percent() {
  local rows=$((ROWS_BEFORE + $1))
  ((ROWS_TOTAL > 0)) || {
    printf 100
    return
  }
  ((rows <= ROWS_TOTAL)) || rows=$ROWS_TOTAL
  printf '%d' "$((rows * 100 / ROWS_TOTAL))"
}

# Prints the errors of a log that are not allowed. A line of allow-codes is either a code or `code type cause`: an
# ORA-39083 for an object type with that ending, and that cause in the next line. Failed foreign keys are left out:
# import_keys prints those, and they are judged once every job has been imported.
import_errors() {
  data_pump_plain "$1" | awk -v allowed="$SEED/allow-codes" '
    function type_ends(line, type) { return line ~ ("Object type [A-Z_/]*" type "[: ]") }
    function pair_allowed(head, cause,    i) {
      for (i = 1; i <= pairs; i++)
        if (code[i] == substr(head, 1, 9) && why[i] == substr(cause, 1, 9) && type_ends(head, kind[i])) return 1
      return 0
    }
    function is_key(head) { return head ~ /^ORA-39083: Object type REF_CONSTRAINT:"/ }
    function settle(cause) {
      if (held != "" && !(is_key(held) && cause != "") && !(substr(held, 1, 9) in alone) && !pair_allowed(held, cause)) print held (cause == "" ? "" : " " cause)
      held = ""
    }
    BEGIN {
      while ((getline line < allowed) > 0) {
        if (split(line, word, " ") == 3) { pairs++; code[pairs] = word[1]; kind[pairs] = word[2]; why[pairs] = word[3] }
        else if (line != "") alone[word[1]] = 1
      }
    }
    /^ORA-[0-9]+/ {
      if (held != "") { settle($0); next }
      if ($0 ~ /^ORA-(39083|31693)/) { held = $0; next }
      if (!(substr($0, 1, 9) in alone)) print
      next
    }
    held != "" { settle("") }
    END { settle("") }'
}

# Prints `"owner"."name" TAB code TAB "owner"."parent"` of every foreign key in a log that could not be made; `-` where
# the log does not name the parent. It is in the statement that failed, some lines below.
import_keys() {
  data_pump_plain "$1" | awk '
    function flush() {
      if (key != "" && why != "") printf "%s\t%s\t%s\n", key, why, (parent == "" ? "-" : parent)
      key = why = parent = ""
    }
    function names(from) { return match(from, /"[^"]+"\."[^"]+"/) ? substr(from, RSTART, RLENGTH) : "" }
    /^ORA-39083: Object type REF_CONSTRAINT:"/ { flush(); key = names($0); next }
    key != "" && why == "" && /^ORA-[0-9]+/ { why = substr($0, 1, 9); next }
    /^(ORA-3[0-9]+|Job |Processing object )/ { flush(); next }
    key != "" && match($0, / REFERENCES "/) { parent = names(substr($0, RSTART)); flush() }
    END { flush() }'
}
