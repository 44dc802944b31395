# shellcheck shell=bash
# One line per event on file descriptor 3, so that `$(…)` never swallows a line.

# Prints a string in quotes, on one line.
log_quote() {
  local text=$1
  text=${text//\\/\\\\}
  text=${text//\"/\\\"}
  text=${text//[[:cntrl:]]/ }
  printf '"%s"' "$text"
}

# Prints the line of an event: log_line PHASE EVENT [key=value …]. Values of text= and fix= are quoted.
log_line() {
  local phase=$1 event=$2 pair
  shift 2
  printf 'seedbed phase=%s event=%s' "$phase" "$event"
  for pair in ${1+"$@"}; do
    case $pair in
      text=* | fix=*) printf ' %s=%s' "${pair%%=*}" "$(log_quote "${pair#*=}")" ;;
      *) printf ' %s' "$pair" ;;
    esac
  done
  printf '\n'
}

# Logs an event: log_event PHASE EVENT [key=value …].
log_event() {
  log_line "$@" >&3
}

# Logs progress of the current phase.
log_progress() {
  log_event "${PHASE:-created}" progress "text=$1"
}
